import { useSignal } from "@preact/signals";
import { formatList } from "../../i18n/format.ts";
import { shelf } from "../../state/shelf.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Combobox } from "../../ui/combobox.tsx";
import { TextField } from "../../ui/fields.tsx";
import { counted, suggestions } from "../../ui/suggest.ts";
import { Disclosure, useEdits } from "./parts.tsx";
import { text as t } from "./text.ts";
import type { ShelvedBook } from "./use-book.ts";

interface Series {
  name: string;
  position?: string;
}

const MAX_SERIES = 10;

export const seriesText = ({ name, position }: Series): string =>
  position === undefined ? name : `${name} #${position}`;

/** The series of a book: the catalogue's, until the user sets their own. */
export function SeriesPart({ book }: { book: ShelvedBook }) {
  const { isbn, series = [], ownSeries } = book;
  const edits = useEdits();
  const name = useSignal("");
  const position = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const isUsed = useSignal(false);
  const all = isUsed.value
    ? counted(shelf.books.value.flatMap((other) => (other.series ?? []).map((one) => one.name)))
    : new Map<string, number>();
  const store = (next: Series[] | null) =>
    edits.save({ op: "change", isbn, set: { ownSeries: next } });
  const add = async (): Promise<void> => {
    error.value = name.value.trim() === "" ? t("seriesMissing") : undefined;
    if (error.value !== undefined) return;
    const submitted = [name.value, position.value];
    const at = position.value.trim();
    const added = { name: name.value.trim(), ...(at === "" ? {} : { position: at }) };
    if (!(await store([...series, added]))) return;
    if (name.value !== submitted[0] || position.value !== submitted[1]) return;
    name.value = "";
    position.value = "";
  };
  const remove = async (index: number): Promise<void> => {
    const before = ownSeries ?? null;
    const removed = series[index];
    if (!removed || !(await store(series.toSpliced(index, 1)))) return;
    edits.offerUndo(t("seriesRemoved", { name: seriesText(removed) }), () => store(before));
  };
  return (
    <Disclosure title={t("series")} value={formatList(series.map(seriesText))}>
      <p class="quiet">{t(ownSeries ? "seriesOwn" : "seriesCatalogue")}</p>
      {series.length > 0 && (
        <ul role="list" class="book-rows">
          {series.map((one, index) => (
            <li key={seriesText(one)} class="book-row">
              <span class="grow" dir="auto">
                {seriesText(one)}
              </span>
              <IconButton
                icon="trash"
                label={t("removeSeries", { name: seriesText(one) })}
                onClick={() => void remove(index)}
              />
            </li>
          ))}
        </ul>
      )}
      {series.length < MAX_SERIES && (
        <form
          class="book-series-form"
          noValidate
          onFocusIn={() => (isUsed.value = true)}
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <Combobox
            label={t("seriesName")}
            error={error.value}
            maxLength={300}
            value={name.value}
            options={suggestions(all, name.value)}
            onInput={(text) => (name.value = text)}
            onTake={(text) => (name.value = text)}
          />
          <TextField
            label={t("seriesPosition")}
            maxLength={30}
            value={position.value}
            onInput={({ currentTarget }) => (position.value = currentTarget.value)}
          />
          <Button type="submit" icon="plus">
            {t("addSeries")}
          </Button>
        </form>
      )}
      {ownSeries && (
        <div class="row">
          <Button look="quiet" icon="undo" onClick={() => void store(null)}>
            {t("seriesReset")}
          </Button>
        </div>
      )}
      {edits.result}
    </Disclosure>
  );
}
