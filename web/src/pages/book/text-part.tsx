import { useEffect, useMemo } from "preact/hooks";
import { textOfError } from "../../state/problem-texts.ts";
import { shelf } from "../../state/shelf.ts";
import { storageFault } from "../../state/storage.ts";
import { readStored, removeStored, writeStored } from "../../state/stored.ts";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/fields.tsx";
import { createDraft, type Draft } from "./draft.ts";
import { text as t } from "./text.ts";

/** Delay after the last key press. */
const PAUSE_MS = 400;
const MAX_LENGTH = 100_000;

function makeDraft(isbn: string, field: "review" | "notes", shown: string): Draft {
  const key = `bookstrack.draft.${field}.${isbn}`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return createDraft(shown, {
    write: (text) =>
      shelf.edit({ op: "change", isbn, set: { [field]: text === "" ? null : text } }),
    keep: (text) => (text === undefined ? removeStored(key) : void writeStored(key, text)),
    kept() {
      const stored = readStored(key);
      return typeof stored === "string" ? stored : undefined;
    },
    later(work) {
      clearTimeout(timer);
      timer = setTimeout(work, PAUSE_MS);
    },
  });
}

/** The review or the notes, saved while the user types. */
export function TextPart({
  isbn,
  field,
  shown = "",
}: {
  isbn: string;
  field: "review" | "notes";
  shown?: string | undefined;
}) {
  const draft = useMemo(() => makeDraft(isbn, field, shown), [isbn, field]);
  useEffect(() => draft.follow(shown), [draft, shown]);
  useEffect(() => {
    const save = (): void => void draft.save();
    addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", save);
    return () => {
      removeEventListener("pagehide", save);
      document.removeEventListener("visibilitychange", save);
      save();
    };
  }, [draft]);
  const state = draft.state.value;
  const lines = Math.min(16, Math.max(3, draft.text.value.split("\n").length + 1));
  return (
    <div class="stack book-text">
      <TextArea
        label={t(field)}
        hint={t(field === "review" ? "reviewHint" : "notesHint")}
        error={state === "failed" ? textOfError(draft.error.value) : undefined}
        rows={lines}
        maxLength={MAX_LENGTH}
        dir="auto"
        value={draft.text.value}
        onInput={({ currentTarget }) => draft.input(currentTarget.value)}
        onBlur={() => void draft.save()}
      />
      <p class="book-saved quiet" role="status">
        {savedText(draft)}
      </p>
      {state === "failed" && (
        <Button icon="refresh" onClick={() => void draft.save()}>
          {t("saveAgain")}
        </Button>
      )}
      {state === "differs" && <Differs draft={draft} />}
    </div>
  );
}

/** The text about the state of saving. */
function savedText(draft: Draft): string {
  const state = draft.state.value;
  if (state === "typing") return t("saving");
  if (state !== "saved") return "";
  if (storageFault.value) return t("savedOnPage");
  return (shelf.status.value?.pending ?? 0) > 0 ? t("savedHere") : t("savedThere");
}

/** Both texts, if another device has changed the text meanwhile. */
const Differs = ({ draft }: { draft: Draft }) => (
  <div class="notice notice-warning" role="alert">
    <div class="grow stack">
      <p>{t("textDiffers")}</p>
      <blockquote class="book-theirs" dir="auto">
        {draft.theirs.value === "" ? t("nothing") : draft.theirs.value}
      </blockquote>
      <div class="row">
        <Button onClick={() => void draft.decide("mine")}>{t("keepMine")}</Button>
        <Button onClick={() => void draft.decide("theirs")}>{t("takeTheirs")}</Button>
      </div>
    </div>
  </div>
);
