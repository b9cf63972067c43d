import { useId } from "preact/hooks";
import { today } from "../../ui/partial-date.ts";
import { StarsSlider, starsText } from "../../ui/stars.tsx";
import { uiText } from "../../ui/text.ts";
import { STATUSES, wordOf, type Status } from "../../ui/words/text.ts";
import { shelf } from "../../state/shelf.ts";
import { useEdits } from "./parts.tsx";
import { statusChange, statusUndone } from "./status.ts";
import { text as t } from "./text.ts";
import type { ShelvedBook } from "./use-book.ts";

const CHOICES = [...STATUSES, undefined] as const;

/** One choice of a status, as buttons that are a radio group. */
export function StatusChoice({
  label,
  status,
  onChange,
  allowsNone = true,
}: {
  label: string;
  status: Status | undefined;
  onChange: (status: Status | undefined) => void;
  allowsNone?: boolean;
}) {
  const name = useId();
  return (
    <fieldset class="chips">
      <legend>{label}</legend>
      {CHOICES.filter((choice) => allowsNone || choice).map((choice) => (
        <label key={choice ?? "none"} class="chip">
          <input
            type="radio"
            name={name}
            checked={status === choice}
            onChange={() => onChange(choice)}
          />
          {wordOf(choice ?? "none")}
        </label>
      ))}
    </fieldset>
  );
}

/** Status and stars. */
export function StatusPart({ book }: { book: ShelvedBook }) {
  const edits = useEdits();
  const { isbn, status, readings, rating } = book;

  const choose = async (next: Status | undefined): Promise<void> => {
    const change = statusChange(readings, next, today());
    if (!(await edits.save({ op: "change", isbn, ...change }))) return;
    const touches = change.addReadings ?? change.changeReadings;
    if (!touches) return;
    edits.offerUndo(
      t(next === "reading" ? "startedToday" : "finishedToday", { title: book.title }),
      () => {
        const after = shelf.listed(isbn)?.readings ?? [];
        const before = { readings, ...(status === undefined ? {} : { status }) };
        return edits.save({ op: "change", isbn, ...statusUndone(before, after) });
      },
    );
  };

  return (
    <div class="book-status stack" tabIndex={-1}>
      <StatusChoice label={t("status")} status={status} onChange={(next) => void choose(next)} />
      {edits.result}
      <div class="row book-stars">
        <span class="label" aria-hidden="true">
          {uiText("stars")}
        </span>
        <StarsSlider
          rating={rating}
          onChange={(next) =>
            void edits.save({ op: "change", isbn, set: { rating: next ?? null } })
          }
        />
        <span class="quiet number" aria-hidden="true">
          {starsText(rating)}
        </span>
      </div>
    </div>
  );
}
