import type { Ref } from "preact";
import type { ReviewItem } from "../../../../client/src/index.ts";
import { formatList } from "../../i18n/format.ts";
import { preferences } from "../../state/preferences.ts";
import { reasonDetail, reasonText } from "../../state/reasons/text.ts";
import { Button } from "../../ui/button.tsx";
import { CandidateButton, type Candidate } from "./candidate.tsx";
import { filledCells, queryOf, type Command } from "./commands.ts";
import { Search } from "./search.tsx";
import { text as t } from "./text.ts";

interface CardProps {
  item: ReviewItem;
  name: string;
  headingRef: Ref<HTMLHeadingElement>;
  /** Why the last decision about the row was refused. */
  error: string | undefined;
  isSearching: boolean;
  onCommand: (command: Command) => void;
  onChoose: (candidate: Candidate) => void;
}

/** One row: the file's data, possible editions, and actions. */
export function Card(props: CardProps) {
  const { item, name, headingRef, error, isSearching, onChoose } = props;
  const { reason } = item;
  const detail = reasonDetail(reason);
  return (
    <article class="card stack" aria-labelledby="review-name">
      <div>
        <p class="quiet number">{t("row", { row: String(item.row) })}</p>
        <h2 id="review-name" ref={headingRef} tabIndex={-1} dir="auto" class="review-name">
          {name}
        </h2>
        {item.authors.length > 0 && (
          <p class="quiet" dir="auto">
            {formatList(item.authors)}
          </p>
        )}
      </div>
      <p>
        {reasonText(reason)}
        {detail !== undefined && <span lang="en">{` ${detail}`}</span>}
      </p>
      {error !== undefined && (
        <p class="notice notice-error" role="alert">
          {error}
        </p>
      )}
      <Candidates item={item} onChoose={onChoose} />
      {isSearching && <Search query={queryOf(item)} onChoose={onChoose} />}
      <Actions {...props} />
      <Cells raw={item.raw} />
    </article>
  );
}

function Candidates({
  item: { candidates },
  onChoose,
}: {
  item: ReviewItem;
  onChoose: (candidate: Candidate) => void;
}) {
  if (candidates.length === 0) return <p class="quiet">{t("noCandidates")}</p>;
  return (
    <div>
      <h3>{t("candidates")}</h3>
      <ol role="list" class="review-candidates">
        {candidates.map((candidate, index) => (
          <li key={candidate.isbn}>
            <CandidateButton
              candidate={candidate}
              number={String(index + 1)}
              onChoose={() => onChoose(candidate)}
            />
          </li>
        ))}
      </ol>
    </div>
  );
}

const ACTIONS = [
  ["keep", "check", "k"],
  ["search", "search", "s"],
  ["dismiss", "trash", "d"],
  ["skip", "forward", "n"],
] as const;

/** Decisions without a candidate, within reach of the thumb. */
const Actions = ({ isSearching, onCommand }: CardProps) => (
  <div class="row review-actions">
    {ACTIONS.map(([kind, icon, key]) => (
      <Button
        key={kind}
        icon={icon}
        onClick={() => onCommand({ kind })}
        aria-keyshortcuts={preferences.value.letterKeys ? key : undefined}
        aria-expanded={kind === "search" ? isSearching : undefined}
      >
        {t(kind)}
        {preferences.value.letterKeys && <kbd aria-hidden="true">{key}</kbd>}
      </Button>
    ))}
  </div>
);

/** Number of cells shown at first. */
const SHOWN_CELLS = 8;

function Cells({ raw }: { raw: Readonly<Record<string, string>> }) {
  const cells = filledCells(raw);
  return (
    <details class="review-cells" open={cells.length <= SHOWN_CELLS}>
      <summary>{t("cells", { count: cells.length })}</summary>
      <dl>
        {cells.map(([column, value]) => (
          <div key={column}>
            <dt class="quiet" dir="auto">
              {column}
            </dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
