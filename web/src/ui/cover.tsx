/** Widths that the service has. */
const SMALL = 160;
const MIDDLE = 320;

/**
 * The cover of a book, or a typographic one that the service draws. It is decoration beside the title, which names the book.
 * @param props.isbn of the service, which is `local-...` for a book without one
 */
export function Cover({
  isbn,
  title,
  size = "small",
}: {
  isbn: string;
  title: string;
  size?: "small" | "large";
}) {
  const source = isbn.startsWith("local-") ? undefined : `/v1/covers/${isbn}?fallback=svg&w=`;
  return (
    <span class="cover">
      {source === undefined ? (
        <span aria-hidden="true">{title.slice(0, 1)}</span>
      ) : (
        <img
          src={`${source}${size === "small" ? SMALL : MIDDLE}`}
          srcset={`${source}${SMALL} 160w, ${source}${MIDDLE} 320w`}
          sizes={size === "small" ? "48px" : "160px"}
          alt=""
          loading="lazy"
          decoding="async"
          width="160"
          height="240"
        />
      )}
    </span>
  );
}
