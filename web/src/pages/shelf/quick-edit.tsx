import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { newKey } from "../../../../client/src/new-key.ts";
import type { ListedBook } from "../../state/library.ts";
import { shelf } from "../../state/shelf.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Sheet } from "../../ui/dialog.tsx";
import { DateField, faultOf } from "../../ui/date-field.tsx";
import { SelectField } from "../../ui/fields.tsx";
import { dateOf, isBefore, partsOf, type DateParts } from "../../ui/partial-date.ts";
import { StarsSlider } from "../../ui/stars.tsx";
import { useChoice } from "../../ui/use-choice.ts";
import { setRating, setStatus } from "./book-row.tsx";
import { make } from "./edit-shelf.ts";
import { newestReading } from "./logic/prepared.ts";
import { STATUSES, statusOf } from "./logic/filters.ts";
import { editing } from "./shelf-state.ts";
import { text as t } from "./text.ts";

/** Edits status, stars and dates of a book without leaving the shelf. */
export default function QuickEdit() {
  const book = editing.value === undefined ? undefined : shelf.listed(editing.value);
  const [status, chooseStatus] = useChoice(book && statusOf(book));
  const close = (): void => {
    editing.value = undefined;
  };
  if (!book) return null;
  return (
    <Sheet title={book.title} onClose={close}>
      <div class="stack">
        <SelectField
          label={t("status")}
          value={status ?? statusOf(book)}
          options={STATUSES.map((one) => [one, t(one)] as const)}
          onChange={(next) => void chooseStatus(next, () => setStatus(book, next))}
        />
        <div class="field">
          <span aria-hidden="true" class="shelf-label">
            {t("rating")}
          </span>
          <StarsSlider rating={book.rating} onChange={(rating) => setRating(book, rating)} />
        </div>
        {/* A change of status may set dates. */}
        <Dates key={statusOf(book)} book={book} />
        <div class="row">
          <ButtonLink icon="right" href={`/book/${encodeURIComponent(book.isbn)}`} onClick={close}>
            {t("openBook")}
          </ButtonLink>
          <Button
            look="danger"
            icon="trash"
            onClick={() => {
              close();
              void make([{ op: "delete", isbn: book.isbn }], t("didRemove", { title: book.title }));
            }}
          >
            {t("remove")}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}

/** The dates of the newest reading, or of a new one. Each is saved as soon as it is valid. */
function Dates({ book }: { book: ListedBook }) {
  const reading = newestReading(book);
  const newId = useRef(newKey());
  const started = useSignal(partsOf(reading?.startedAt));
  const finished = useSignal(partsOf(reading?.finishedAt));
  const [from, to] = [dateOf(started.value), dateOf(finished.value)];
  const isBackwards =
    "date" in from && "date" in to && from.date && to.date && isBefore(to.date, from.date);

  const keep = (name: "startedAt" | "finishedAt", parts: DateParts): void => {
    (name === "startedAt" ? started : finished).value = parts;
    const [first, last] = [dateOf(started.value), dateOf(finished.value)];
    if ("fault" in first || "fault" in last) return;
    if (first.date && last.date && isBefore(last.date, first.date)) return;
    const date = (name === "startedAt" ? first : last).date;
    if (date === reading?.[name]) return;
    const change = reading
      ? { changeReadings: [{ id: reading.id, [name]: date ?? null }] }
      : { addReadings: [{ id: newId.current, ...(date ? { [name]: date } : {}) }] };
    void make([{ op: "change", isbn: book.isbn, ...change }], t("didDates", { title: book.title }));
  };
  return (
    <>
      <DateField
        label={t("startedAt")}
        error={faultOfTyped(started.value)}
        parts={started.value}
        onChange={(parts) => keep("startedAt", parts)}
      />
      <DateField
        label={t("finishedAt")}
        error={isBackwards ? t("backwards") : faultOfTyped(finished.value)}
        parts={finished.value}
        onChange={(parts) => keep("finishedAt", parts)}
      />
    </>
  );
}

/** The error of a date, once its year is complete; before that the user is still typing. */
const faultOfTyped = (parts: DateParts): string | undefined =>
  parts.year.trim().length >= 4 ? faultOf(parts) : undefined;
