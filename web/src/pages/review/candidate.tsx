import { formatList } from "../../i18n/format.ts";
import { preferences } from "../../state/preferences.ts";
import { Cover } from "../../ui/cover.tsx";

/** A possible edition for a row. */
export interface Candidate {
  readonly isbn: string;
  readonly title: string;
  readonly authors: readonly string[];
  readonly publicationYear?: number | undefined;
  readonly publisher?: string | undefined;
}

/** An edition as a large button. @param props.number the key that chooses it */
export function CandidateButton({
  candidate: { isbn, title, authors, publicationYear, publisher },
  number,
  onChoose,
}: {
  candidate: Candidate;
  number?: string;
  onChoose: () => void;
}) {
  const facts = [publicationYear === undefined ? "" : String(publicationYear), publisher ?? ""];
  return (
    <button type="button" class="review-candidate" onClick={onChoose}>
      {number !== undefined && preferences.value.letterKeys && <kbd>{number}</kbd>}
      <span class="review-cover">
        <Cover isbn={isbn} title={title} />
      </span>
      <span class="review-facts">
        <strong class="clamp-2" dir="auto">
          {title}
        </strong>
        {authors.length > 0 && (
          <span class="quiet clamp-2" dir="auto">
            {formatList(authors)}
          </span>
        )}
        <span class="quiet number">
          {[...facts.filter((fact) => fact !== ""), isbn].join(" · ")}
        </span>
      </span>
    </button>
  );
}
