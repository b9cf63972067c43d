import { useSignal } from "@preact/signals";
import type { ListedBook } from "../../state/library.ts";
import { shelf } from "../../state/shelf.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Sheet } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/fields.tsx";
import { StarsSlider } from "../../ui/stars.tsx";
import { setRating, setStatus } from "./book-row.tsx";
import { editContext, make } from "./edit-shelf.ts";
import { dateIn, newestReading } from "./logic/dates.ts";
import { STATUSES, statusOf } from "./logic/filters.ts";
import { editing } from "./shelf-state.ts";
import { text as t } from "./text.ts";

/** Status, stars and dates of a book without leaving the shelf. */
export default function QuickEdit() {
  const book = editing.value === undefined ? undefined : shelf.listed(editing.value);
  const close = (): void => {
    editing.value = undefined;
  };
  if (!book) return null;
  return (
    <Sheet title={book.title} onClose={close}>
      <div class="stack">
        <SelectField
          label={t("status")}
          value={statusOf(book)}
          options={STATUSES.map((status) => [status, t(status)] as const)}
          onChange={(status) => setStatus(book, status)}
        />
        <div class="field">
          <span aria-hidden="true" class="shelf-label">
            {t("rating")}
          </span>
          <StarsSlider rating={book.rating} onChange={(rating) => setRating(book, rating)} />
        </div>
        <Dates key={newestReading(book)?.id ?? "new"} book={book} />
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

/** The dates of the newest reading; of a new one if there is none. Each is kept when the user leaves its field. */
function Dates({ book }: { book: ListedBook }) {
  const reading = newestReading(book);
  const typed = useSignal({
    startedAt: reading?.startedAt ?? "",
    finishedAt: reading?.finishedAt ?? "",
  });
  const keep = (name: "startedAt" | "finishedAt"): void => {
    const text = typed.value[name].trim();
    const date = dateIn(text);
    if (date === undefined && text !== "") return;
    if (date === reading?.[name]) return;
    const dates = { [name]: date ?? null };
    const change = reading
      ? { changeReadings: [{ id: reading.id, ...dates }] }
      : { addReadings: [{ id: editContext().newId(), ...(date ? { [name]: date } : {}) }] };
    void make([{ op: "change", isbn: book.isbn, ...change }], t("didDates", { title: book.title }));
  };
  const field = (name: "startedAt" | "finishedAt") => (
    <TextField
      label={t(name)}
      hint={t("dateHint")}
      error={isWrong(typed.value[name]) ? t("wrongDate") : undefined}
      value={typed.value[name]}
      inputMode="numeric"
      maxLength={10}
      onInput={({ currentTarget }) =>
        (typed.value = { ...typed.value, [name]: currentTarget.value })
      }
      onBlur={() => keep(name)}
    />
  );
  return (
    <>
      {field("startedAt")}
      {field("finishedAt")}
    </>
  );
}

/** A date that is whole and does not exist; one that is being typed is not wrong yet. */
const isWrong = (text: string): boolean =>
  text.trim().length >= 10 && dateIn(text.trim()) === undefined;
