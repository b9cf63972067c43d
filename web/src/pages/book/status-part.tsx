import { StarsSlider, starsText } from "../../ui/stars.tsx";
import { uiText } from "../../ui/text.ts";
import { StatusChoice } from "../../ui/words/status-choice.tsx";
import type { Status } from "../../ui/words/text.ts";
import { editContext, inverseOf, statusEdit } from "../../state/edits.ts";
import { useChoice } from "../../ui/use-choice.ts";
import { useEdits } from "./parts.tsx";
import { text as t } from "./text.ts";
import type { ShelvedBook } from "./use-book.ts";

/** Status and stars. */
export function StatusPart({ book }: { book: ShelvedBook }) {
  const edits = useEdits();
  const { isbn, rating } = book;
  const [status, chooseStatus] = useChoice(book.status);

  const save = async (next: Status | undefined): Promise<void> => {
    const change = statusEdit(book, next, editContext());
    if (!(await edits.save(change))) return;
    const touches = change.addReadings ?? change.changeReadings;
    if (!touches) return;
    edits.offerUndo(
      t(next === "reading" ? "startedToday" : "finishedToday", { title: book.title }),
      () => edits.save(inverseOf(change, book)),
    );
  };

  return (
    <div class="book-status stack" tabIndex={-1}>
      <StatusChoice
        label={t("status")}
        status={status}
        onChange={(next) => void chooseStatus(next, () => save(next))}
      />
      {edits.result}
      <div class="row book-stars">
        <span class="label" aria-hidden="true">
          {uiText("stars")}
        </span>
        <StarsSlider
          rating={rating}
          onChange={(next) => edits.save({ op: "change", isbn, set: { rating: next ?? null } })}
        />
        <span class="quiet number" aria-hidden="true">
          {starsText(rating)}
        </span>
      </div>
    </div>
  );
}
