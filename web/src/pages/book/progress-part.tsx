import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ProgressInput, ProgressRecord } from "../../../../client/src/sync/types.ts";
import { formatMoment, formatNumber, formatPercent } from "../../i18n/format.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { SelectField, TextArea, TextField } from "../../ui/fields.tsx";
import { Section, useEdits } from "./parts.tsx";
import {
  bodyOf,
  inputOf,
  percentOf,
  positionOf,
  stepsFrom,
  unitOf,
  UNITS,
  type Position,
  type Unit,
} from "./progress.ts";
import { text as t } from "./text.ts";
import type { ShelvedBook } from "./use-book.ts";

/** "page 120 of 300", "40%", "90 minutes" */
function positionText({ page, percent, minutes }: Position, pageCount: number | undefined): string {
  if (page !== undefined) {
    return pageCount === undefined
      ? t("onPage", { page })
      : t("onPageOf", { page, pages: pageCount });
  }
  if (minutes !== undefined) return t("atMinutes", { count: minutes });
  return percent === undefined ? t("notStarted") : formatPercent(percent / 100);
}

/** The user's progress, with one-tap steps and the history. */
export function ProgressPart({ book }: { book: ShelvedBook }) {
  const { isbn, pageCount, progress } = book;
  const edits = useEdits();
  const history = useHistory(isbn);
  const unit = useSignal<Unit>(unitOf(progress, book.format));
  const share = progress && percentOf(progress, pageCount);

  const record = async (body: ProgressInput): Promise<boolean> => {
    const before = new Set((await shelf.progress(isbn)).map(({ id }) => id));
    if (!(await edits.save({ op: "progress", isbn, body }))) return false;
    const made = (await shelf.progress(isbn)).find(({ id }) => !before.has(id));
    if (made) {
      edits.offerUndo(t("progressKept", { position: positionText(made, pageCount) }), () =>
        edits.save({ op: "progress.delete", isbn, id: made.id }),
      );
    }
    return true;
  };
  const remove = async (entry: ProgressRecord): Promise<void> => {
    if (!(await edits.save({ op: "progress.delete", isbn, id: entry.id }))) return;
    edits.offerUndo(t("progressRemoved", { position: positionText(entry, pageCount) }), () =>
      edits.save({ op: "progress", isbn, body: bodyOf(entry) }),
    );
  };

  return (
    <Section title={t("progress")}>
      {progress && (
        <div class="book-progress">
          {share !== undefined && (
            <progress class="progress" max={100} value={share} aria-label={t("progress")} />
          )}
          <p class="number">
            <strong>{positionText(progress, pageCount)}</strong>
            {progress.page !== undefined &&
              share !== undefined &&
              ` · ${formatPercent(share / 100)}`}
          </p>
        </div>
      )}
      <ProgressForm
        unit={unit.value}
        onUnit={(next) => (unit.value = next)}
        progress={progress}
        pageCount={pageCount}
        onRecord={async (body) => (await edits.once(() => record(body))) ?? false}
      />
      {edits.result}
      {history.length > 0 && (
        <details class="book-history">
          <summary>{t("history", { count: history.length })}</summary>
          <ol role="list" class="book-rows">
            {history.map((entry) => (
              <HistoryRow
                key={entry.id}
                entry={entry}
                pageCount={pageCount}
                onChange={(body) =>
                  edits.save(
                    { op: "progress.delete", isbn, id: entry.id },
                    { op: "progress", isbn, body },
                  )
                }
                onRemove={() => void remove(entry)}
              />
            ))}
          </ol>
        </details>
      )}
    </Section>
  );
}

function useHistory(isbn: string): readonly ProgressRecord[] {
  const history = useSignal<readonly ProgressRecord[]>([]);
  const revision = shelf.revision.value;
  useEffect(() => {
    let isWanted = true;
    shelf.progress(isbn).then(
      (entries) => {
        if (isWanted) history.value = entries;
      },
      () => undefined,
    );
    return () => (isWanted = false);
  }, [isbn, revision]);
  return history.value;
}

function ProgressForm({
  unit,
  onUnit,
  progress,
  pageCount,
  onRecord,
}: {
  unit: Unit;
  onUnit: (unit: Unit) => void;
  progress: Position | undefined;
  pageCount: number | undefined;
  onRecord: (body: ProgressInput) => Promise<boolean>;
}) {
  const typed = useSignal("");
  const note = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const submit = async (): Promise<void> => {
    const read = positionOf(typed.value, unit, pageCount);
    error.value = "fault" in read ? faultText(read.fault, unit, pageCount) : undefined;
    if ("fault" in read) return;
    const submitted = [typed.value, note.value];
    const noted = note.value.trim() === "" ? {} : { note: note.value.trim() };
    if (!(await onRecord({ ...inputOf(unit, read.value), ...noted }))) return;
    if (typed.value !== submitted[0] || note.value !== submitted[1]) return;
    typed.value = "";
    note.value = "";
  };
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="row book-steps">
        {stepsFrom(progress, unit, pageCount).map(({ step, value }) => (
          <Button key={step} onClick={() => void onRecord(inputOf(unit, value))}>
            {stepText(unit, step)}
          </Button>
        ))}
      </div>
      <div class="book-progress-form">
        <TextField
          label={t("nowAt")}
          error={error.value}
          inputMode="decimal"
          value={typed.value}
          onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
        />
        <SelectField
          label={t("unit")}
          value={unit}
          options={UNITS.map((one) => [one, t(one)] as const)}
          onChange={onUnit}
        />
        <Button type="submit" icon="check">
          {t("keep")}
        </Button>
      </div>
      <details class="book-history">
        <summary>{t("withNote")}</summary>
        <TextArea
          label={t("progressNote")}
          rows={2}
          dir="auto"
          maxLength={10_000}
          value={note.value}
          onInput={({ currentTarget }) => (note.value = currentTarget.value)}
        />
      </details>
    </form>
  );
}

function faultText(
  fault: "missing" | "number" | "beyond",
  unit: Unit,
  pageCount: number | undefined,
): string {
  if (fault === "missing") return t("progressMissing");
  if (fault === "number") return t("progressNumber");
  return unit === "page" && pageCount !== undefined
    ? t("beyondPages", { count: pageCount })
    : t("beyondAll");
}

function stepText(unit: Unit, step: number): string {
  if (unit === "page") return t("morePages", { count: step });
  return unit === "minutes"
    ? t("moreMinutes", { count: step })
    : t("morePercent", { share: formatNumber(step) });
}

function HistoryRow({
  entry,
  pageCount,
  onChange,
  onRemove,
}: {
  entry: ProgressRecord;
  pageCount: number | undefined;
  onChange: (body: ProgressInput) => Promise<boolean>;
  onRemove: () => void;
}) {
  const note = useSignal<string | undefined>(undefined);
  const position = positionText(entry, pageCount);
  const at = formatMoment(entry.at);
  const store = async (): Promise<void> => {
    const { note: _before, ...body } = bodyOf(entry);
    const text = (note.value ?? "").trim();
    if (await onChange({ ...body, ...(text === "" ? {} : { note: text }) })) {
      note.value = undefined;
      announce(t("noteKept"));
    }
  };
  return (
    <li class="book-row">
      <div class="grow">
        <p class="number">
          {position} <span class="quiet">· {at}</span>
        </p>
        {note.value === undefined ? (
          entry.note && (
            <p class="book-note" dir="auto">
              {entry.note}
            </p>
          )
        ) : (
          <div class="stack">
            <TextArea
              label={t("progressNote")}
              rows={2}
              dir="auto"
              maxLength={10_000}
              value={note.value}
              onInput={({ currentTarget }) => (note.value = currentTarget.value)}
            />
            <div class="row">
              <Button onClick={() => void store()}>{t("keep")}</Button>
              <Button look="quiet" onClick={() => (note.value = undefined)}>
                {t("cancel")}
              </Button>
            </div>
          </div>
        )}
      </div>
      <IconButton
        icon="edit"
        label={t("changeNote", { position, at })}
        onClick={() => (note.value = entry.note ?? "")}
      />
      <IconButton icon="trash" label={t("removeProgress", { position, at })} onClick={onRemove} />
    </li>
  );
}
