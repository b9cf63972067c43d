/** Widths that the service offers. */
const SMALL = 160;
const MIDDLE = 320;
/** Number of colours for drawn covers in the style sheet. */
const COLOURS = 8;

/**
 * The cover of a book. While it is loading, without a connection, or if there is none, a cover with
 * the title is drawn. Decorative, because the title beside it names the book.
 * @param props.isbn the service's id, `local-...` for a book without an ISBN
 * @param props.isKnown whether a catalogue has the book; only then is a cover requested
 */
export function Cover({
  isbn,
  title,
  size = "small",
  isKnown = true,
}: {
  isbn: string;
  title: string;
  size?: "small" | "large";
  isKnown?: boolean;
}) {
  const source =
    isbn.startsWith("local-") || !isKnown ? undefined : `/v1/covers/${isbn}?fallback=svg&w=`;
  return (
    <span class={`cover cover-${colourOf(isbn)}`}>
      <span class="cover-title" aria-hidden="true" dir="auto">
        {size === "small" ? Array.from(title.trim())[0] : title}
      </span>
      {source !== undefined && (
        <img
          key={source}
          src={`${source}${size === "small" ? SMALL : MIDDLE}`}
          srcset={`${source}${SMALL} 160w, ${source}${MIDDLE} 320w`}
          sizes={size === "small" ? "48px" : "160px"}
          alt=""
          loading="lazy"
          decoding="async"
          width="160"
          height="240"
          onError={({ currentTarget }) => {
            currentTarget.hidden = true;
          }}
        />
      )}
    </span>
  );
}

const colourOf = (isbn: string): number =>
  Array.from(isbn).reduce((sum, digit) => (sum * 31 + (digit.codePointAt(0) ?? 0)) % 9973, 7) %
  COLOURS;
