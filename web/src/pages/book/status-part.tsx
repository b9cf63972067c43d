import { today } from "../../ui/partial-date.ts";
import { StarsSlider, starsText } from "../../ui/stars.tsx";
import { uiText } from "../../ui/text.ts";
import { StatusChoice } from "../../ui/words/status-choice.tsx";
import type { Status } from "../../ui/words/text.ts";
import { shelf } from "../../state/shelf.ts";
import { useEdits } from "./parts.tsx";
import { statusChange, statusUndone } from "./status.ts";
import { text as t } from "./text.ts";
import type { ShelvedBook } from "./use-book.ts";

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
