import { useSignal } from "@preact/signals";
import type { Reading } from "../../../../client/src/schema.ts";
import { formatPartialDate } from "../../i18n/format.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { DateField, faultOf } from "../../ui/date-field.tsx";
import { ErrorSummary } from "../../ui/fields.tsx";
import { dateOf, isBefore, partsOf, type DateParts } from "../../ui/partial-date.ts";
import { Section, useEdits } from "./parts.tsx";
import { text as t } from "./text.ts";

/** The known dates of a reading as text. */
export function readingText({ startedAt, finishedAt }: Omit<Reading, "id">): string {
  const [from, to] = [startedAt, finishedAt].map((date) => date && formatPartialDate(date));
  if (from && to) return from === to ? from : t("readFromTo", { from, to });
  if (from) return t("readFrom", { from });
  return to ? t("readTo", { to }) : t("readSometime");
}

/** All readings of the book. */
export function ReadingPart({ isbn, readings }: { isbn: string; readings: readonly Reading[] }) {
  const edits = useEdits();
  /** Id of the reading being edited, or `new`. */
  const editing = useSignal<string | undefined>(undefined);

  const remove = async (reading: Reading): Promise<void> => {
    const { id, ...dates } = reading;
    if (!(await edits.save({ op: "change", isbn, removeReadings: [id] }))) return;
    edits.offerUndo(t("readingRemoved", { dates: readingText(reading) }), () =>
      edits.save({ op: "change", isbn, addReadings: [dates] }),
    );
  };
  const store = async (id: string, dates: Omit<Reading, "id">): Promise<void> => {
    const { startedAt = null, finishedAt = null } = dates;
    const isStored = await edits.save(
      id === "new"
        ? { op: "change", isbn, addReadings: [dates] }
        : { op: "change", isbn, changeReadings: [{ id, startedAt, finishedAt }] },
    );
    if (!isStored) return;
    editing.value = undefined;
    announce(t("readingKept", { dates: readingText(dates) }));
  };

  return (
    <Section title={t("readings")}>
      {readings.length === 0 && editing.value === undefined && (
        <p class="quiet">{t("noReadings")}</p>
      )}
      <ul role="list" class="book-rows">
        {readings.map((reading) => {
          const dates = readingText(reading);
          if (editing.value === reading.id) {
            return (
              <li key={reading.id}>
                <ReadingForm
                  reading={reading}
                  onStore={(changed) => store(reading.id, changed)}
                  onCancel={() => (editing.value = undefined)}
                />
              </li>
            );
          }
          return (
            <li key={reading.id} class="book-row">
              <span class="grow number">{dates}</span>
              <IconButton
                icon="edit"
                label={t("changeReading", { dates })}
                onClick={() => (editing.value = reading.id)}
              />
              <IconButton
                icon="trash"
                label={t("removeReading", { dates })}
                onClick={() => void remove(reading)}
              />
            </li>
          );
        })}
      </ul>
      {edits.result}
      {editing.value === "new" ? (
        <ReadingForm
          onStore={(dates) => edits.once(() => store("new", dates))}
          onCancel={() => (editing.value = undefined)}
        />
      ) : (
        <div class="row">
          <Button icon="plus" look="quiet" onClick={() => (editing.value = "new")}>
            {t("addReading")}
          </Button>
        </div>
      )}
    </Section>
  );
}

/** The two dates of a reading. */
function ReadingForm({
  reading,
  onStore,
  onCancel,
}: {
  reading?: Reading;
  onStore: (dates: Omit<Reading, "id">) => Promise<void>;
  onCancel: () => void;
}) {
  const from = useSignal<DateParts>(partsOf(reading?.startedAt));
  const to = useSignal<DateParts>(partsOf(reading?.finishedAt));
  const faults = useSignal<{ field: "reading-from" | "reading-to"; text: string }[]>([]);
  const errorOf = (field: string) => faults.value.find((fault) => fault.field === field)?.text;

  const submit = (): void => {
    const [started, finished] = [dateOf(from.value), dateOf(to.value)];
    const found: typeof faults.value = [];
    const [fromFault, toFault] = [faultOf(from.value), faultOf(to.value)];
    if (fromFault) found.push({ field: "reading-from", text: fromFault });
    if (toFault) found.push({ field: "reading-to", text: toFault });
    faults.value = found;
    if ("fault" in started || "fault" in finished) return;
    if (started.date && finished.date && isBefore(finished.date, started.date)) {
      faults.value = [{ field: "reading-to", text: t("endsBeforeStart") }];
      return;
    }
    void onStore({
      ...(started.date === undefined ? {} : { startedAt: started.date }),
      ...(finished.date === undefined ? {} : { finishedAt: finished.date }),
    });
  };

  return (
    <form
      class="stack card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <ErrorSummary errors={faults.value} />
      <DateField
        id="reading-from"
        label={t("startedAt")}
        hint={t("dateHint")}
        error={errorOf("reading-from")}
        parts={from.value}
        onChange={(parts) => (from.value = parts)}
      />
      <DateField
        id="reading-to"
        label={t("finishedAt")}
        error={errorOf("reading-to")}
        parts={to.value}
        onChange={(parts) => (to.value = parts)}
      />
      <div class="row">
        <Button type="submit" look="primary" icon="check" busy={shelf.phase.value === "loading"}>
          {t("keep")}
        </Button>
        <Button onClick={onCancel}>{t("cancel")}</Button>
      </div>
    </form>
  );
}
