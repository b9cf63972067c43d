/** The strip of this visit, which is kept while the user is on another page. */
import { effect, signal, untracked } from "@preact/signals";
import { InvalidRequestError } from "../../../../client/src/index.ts";
import { publicApi, session, withApi } from "../../state/api.ts";
import { online } from "../../state/connection.ts";
import { textOfError } from "../../state/problem-texts.ts";
import { shelf } from "../../state/shelf.ts";
import { readStored, writeStored } from "../../state/stored.ts";
import { announce } from "../../ui/announce.tsx";
import { beep, vibrate } from "./feedback.ts";
import { scanPreferencesOf, type ScanPreferences } from "./logic/choices.ts";
import { codeOf } from "./logic/code.ts";
import { createHits, type Hit, type Problem } from "./logic/hits.ts";
import { waitingScansOf } from "./logic/waiting.ts";
import { text as t } from "./text.ts";

const PREFERENCES = "bookstrack.scan";
const WAITING = "bookstrack.scan.waiting";
/** After this time the book waits on the shelf, and the next one can be scanned. */
const PATIENCE_MS = 8000;

export const scanPreferences = signal(scanPreferencesOf(readStored(PREFERENCES)));

export function setScanPreferences(change: Partial<ScanPreferences>): void {
  scanPreferences.value = { ...scanPreferences.value, ...change };
  writeStored(PREFERENCES, scanPreferences.value);
}

export const strip = createHits({
  find: (text) => {
    const call = { signal: AbortSignal.timeout(PATIENCE_MS) };
    // Looking up a book does not create an account.
    return session.account.value
      ? withApi((api) => api.catalogue.enrich(text, call))
      : publicApi.catalogue.enrich(text, call);
  },
  edit: (edit) => shelf.edit(edit),
  listed: (isbn) => shelf.listed(isbn),
  isOnline: () => online.value,
  choices: () => scanPreferences.value,
  report,
  waiting: {
    read: () => waitingScansOf(readStored(WAITING)),
    write: (scans) => void writeStored(WAITING, scans),
  },
});

/**
 * Resumes open scans now, and whenever the connection is restored.
 * @returns a function that stops this
 */
export const resumeWhenOnline = (): (() => void) =>
  effect(() => {
    if (online.value) untracked(() => void strip.resume());
  });

function report(hit: Hit, isAgain: boolean): void {
  announce(sentenceOf(hit, isAgain));
  if (hit.state === "undone") return;
  const kind = hit.state === "problem" ? "bad" : "good";
  const { sound, vibration } = scanPreferences.value;
  if (vibration) vibrate(kind);
  if (sound) beep(kind);
}

/** The outcome of a scan, with the book's title. */
export const sentenceOf = (hit: Hit, isAgain: boolean): string =>
  `${titleOf(hit)}: ${isAgain ? t("again") : stateText(hit)}`;

/** The best known title of the book. */
export const titleOf = ({ isbn, title, text }: Hit): string =>
  (isbn === undefined ? undefined : shelf.listed(isbn)?.title) ??
  title ??
  isbn ??
  withoutAddOn(text);

/**
 * The ISBN of a scanned barcode without its add-on, which is meaningless to the user. Other codes
 * are unchanged.
 */
function withoutAddOn(text: string): string {
  const code = codeOf(text);
  return code.kind === "book" ? code.isbn : text;
}

export function stateText({ state, problem }: Hit): string {
  if (state === "problem" && problem) return problemText(problem);
  return t(state === "problem" ? "unknown" : state);
}

/** ISBNs that the user may have meant. */
export const suggestionsOf = ({ problem }: Hit): readonly string[] =>
  problem?.kind === "failed" && problem.error instanceof InvalidRequestError
    ? problem.error.suggestions
    : [];

function problemText(problem: Problem): string {
  switch (problem.kind) {
    case "wrong-digit":
      return t("wrongDigit");
    case "needs-add-on":
      return t("needsAddOn");
    case "not-a-book":
      return t(problem.product);
    case "unknown":
      return t("unknown");
    case "failed":
      return textOfError(problem.error);
  }
}
