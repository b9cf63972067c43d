/**
 * The strip of scans: each is looked up and shelved without another tap, even without a connection.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import {
  InvalidRequestError,
  NotFoundError,
  type EnrichedBook,
} from "../../../../../client/src/index.ts";
import type { Edit, ListedBook } from "../../../state/library.ts";
import { codeOf, keyOf, type Code } from "./code.ts";
import type { Choices } from "./choices.ts";
import type { WaitingScan } from "./waiting.ts";

/**
 * - `looking`: being looked up.
 * - `added`: on the shelf.
 * - `queued`: on the shelf of this device; the service looks it up when there is a connection.
 * - `waiting`: only the service can tell which book it is, and it cannot be reached.
 * - `known`: was on the shelf already.
 * - `changed`: was on the shelf, and has got the chosen status and tags.
 * - `problem`: was not added, see `problem`.
 * - `undone`: taken back by the user.
 */
export type HitState =
  | "looking"
  | "added"
  | "queued"
  | "waiting"
  | "known"
  | "changed"
  | "problem"
  | "undone";

/** Why a scan was not added: its digits, no catalogue has it, or a failure. */
export type Problem =
  | Exclude<Code, { kind: "book" | "ask" | "second-barcode" }>
  | { readonly kind: "unknown" }
  | { readonly kind: "failed"; readonly error: unknown };

export interface Hit {
  readonly id: number;
  /** The digits as read. */
  readonly text: string;
  readonly state: HitState;
  readonly isbn?: string;
  readonly title?: string;
  readonly authors?: readonly string[];
  readonly problem?: Problem;
  /** The entry's previous values that the scan has changed. */
  readonly before?: { status?: ListedBook["status"]; addedTags: readonly string[] };
}

/** Dependencies of the strip. */
export interface HitDeps {
  /**
   * @throws NotFoundError, InvalidRequestError, or another error if the lookup is not possible at
   * the moment
   */
  find(text: string): Promise<EnrichedBook>;
  edit(edit: Edit): Promise<void>;
  listed(isbn: string): ListedBook | undefined;
  isOnline(): boolean;
  choices(): Choices;
  /**
   * Reports the outcome of a scan by text, sound and vibration. `isAgain`: the code is already in
   * the strip.
   */
  report(hit: Hit, isAgain: boolean): void;
  /** Scans without an outcome, stored beyond this page. */
  waiting: { read(): readonly WaitingScan[]; write(scans: readonly WaitingScan[]): void };
}

export interface Hits {
  /** Newest first. */
  readonly hits: ReadonlySignal<readonly Hit[]>;
  /** Processes a scan. Resolves when its outcome is known. */
  take(text: string): Promise<void>;
  /** Undoes a scan. */
  undo(id: number): Promise<void>;
  /** Applies the chosen status and tags to a book that was already on the shelf. */
  apply(id: number): Promise<void>;
  /** Looks up open scans again: after an earlier visit, or when the connection is restored. */
  resume(): Promise<void>;
}

const OPEN: ReadonlySet<HitState> = new Set(["looking", "waiting"]);

export function createHits(deps: HitDeps): Hits {
  const hits = signal<readonly Hit[]>([]);
  const choicesOf = new Map<number, Choices>();
  let lastId = 0;

  const change = (id: number, change: Partial<Hit>): Hit | undefined => {
    hits.value = hits.value.map((hit) => (hit.id === id ? { ...hit, ...change } : hit));
    return hits.value.find((hit) => hit.id === id);
  };
  const find = (id: number): Hit | undefined => hits.value.find((hit) => hit.id === id);
  const put = (hit: Omit<Hit, "id">, choices: Choices): Hit => {
    lastId += 1;
    const made = { ...hit, id: lastId };
    choicesOf.set(lastId, choices);
    hits.value = [made, ...hits.value];
    return made;
  };
  const settle = (id: number, outcome: Partial<Hit>): void => {
    const hit = change(id, outcome);
    keepOpen();
    if (hit) deps.report(hit, false);
  };
  const keepOpen = (): void => {
    deps.waiting.write(
      hits.value.flatMap(({ id, text, state }) =>
        OPEN.has(state) ? [{ text, choices: choicesOf.get(id) ?? deps.choices() }] : [],
      ),
    );
  };

  /** Moves an earlier scan of the same code to the front. @returns whether there is a valid one */
  const isRepeated = (text: string): boolean => {
    const again = hits.value.find(
      (hit) => keyOf(hit.text) === keyOf(text) && hit.state !== "undone" && hit.state !== "problem",
    );
    if (!again) return false;
    hits.value = [again, ...hits.value.filter(({ id }) => id !== again.id)];
    deps.report(again, true);
    return true;
  };

  const known = (book: ListedBook): Partial<Hit> => ({
    state: "known",
    isbn: book.isbn,
    title: book.title,
    authors: book.authors,
  });

  /** Adds a book to the shelf. @param found the book, if it could be looked up */
  const add = async (id: number, isbn: string, found?: EnrichedBook): Promise<void> => {
    const { status, tags } = choicesOf.get(id) ?? deps.choices();
    const body = { ...(status ? { status } : {}), ...(tags.length > 0 ? { tags: [...tags] } : {}) };
    const { enrichedAt: _at, ...preview } = found ?? ({} as EnrichedBook);
    await deps.edit({
      op: "add",
      isbn,
      ...(Object.keys(body).length > 0 ? { body } : {}),
      ...(found ? { preview } : {}),
    });
    settle(id, {
      state: found ? "added" : "queued",
      isbn,
      ...(found ? { title: found.title, authors: found.authors } : {}),
    });
  };

  const look = async (id: number, text: string): Promise<void> => {
    const code = codeOf(text);
    const isbn = code.kind === "book" ? code.isbn : undefined;
    try {
      if (!deps.isOnline()) return await later(id, isbn);
      const found = await deps.find(isbn ?? text);
      const book = deps.listed(found.isbn);
      if (book) settle(id, known(book));
      else await add(id, found.isbn, found);
    } catch (error) {
      if (error instanceof NotFoundError) settle(id, { state: "problem", ...unknown(isbn) });
      else if (isFinal(error)) settle(id, { state: "problem", problem: { kind: "failed", error } });
      else await later(id, isbn);
    }
  };

  /**
   * The service cannot identify the book at the moment. A book with an ISBN waits on the shelf,
   * others here.
   */
  const later = async (id: number, isbn: string | undefined): Promise<void> => {
    if (isbn === undefined) return settle(id, { state: "waiting" });
    try {
      await add(id, isbn);
    } catch (error) {
      settle(id, { state: "problem", problem: { kind: "failed", error } });
    }
  };

  const take = async (text: string, choices: Choices): Promise<void> => {
    if (isRepeated(text)) return;
    const code = codeOf(text);
    if (code.kind !== "book" && code.kind !== "ask") {
      const problem = code.kind === "second-barcode" ? PRODUCT : code;
      const hit = put({ text, state: "problem", problem }, choices);
      deps.report(hit, false);
      return;
    }
    const book = code.kind === "book" ? deps.listed(code.isbn) : undefined;
    const hit = put({ text, state: "looking", ...(book ? known(book) : {}) }, choices);
    if (book) return deps.report(hit, false);
    keepOpen();
    await look(hit.id, text);
  };

  return {
    hits,
    take: (text) => take(text, deps.choices()),
    async resume() {
      const here = new Set(hits.value.filter(isOpen).map(({ text }) => keyOf(text)));
      const again = hits.value.filter(({ state }) => state === "waiting");
      const earlier = deps.waiting.read().filter(({ text }) => !here.has(keyOf(text)));
      await Promise.all([
        ...again.map(({ id, text }) => {
          change(id, { state: "looking" });
          return look(id, text);
        }),
        ...earlier.map(({ text, choices }) => take(text, choices)),
      ]);
    },
    async undo(id) {
      const hit = find(id);
      const edit = hit && undoOf(hit);
      if (!hit) return;
      if (edit && (hit.isbn === undefined || deps.listed(hit.isbn))) await deps.edit(edit);
      settle(id, { state: hit.state === "changed" ? "known" : "undone" });
    },
    async apply(id) {
      const hit = find(id);
      const book = hit?.isbn === undefined ? undefined : deps.listed(hit.isbn);
      if (!book) return;
      const edit = missingOf(book, deps.choices());
      if (!edit) return;
      await deps.edit(edit);
      const before = { status: book.status, addedTags: edit.addTags };
      settle(id, { state: "changed", before });
    },
  };
}

/** The chosen values that a book on the shelf does not have yet. */
export function missingOf(
  { isbn, status, tags }: ListedBook,
  choices: Choices,
): (Extract<Edit, { op: "change" }> & { addTags: readonly string[] }) | undefined {
  const has = new Set(tags.map((tag) => tag.toLowerCase()));
  const addTags = choices.tags.filter((tag) => !has.has(tag.toLowerCase()));
  const isOther = choices.status !== undefined && choices.status !== status;
  if (!isOther && addTags.length === 0) return undefined;
  return {
    op: "change",
    isbn,
    addTags,
    ...(isOther ? { set: { status: choices.status } } : {}),
  };
}

/** Whether a scan can be undone. */
export const canUndo = ({ state }: Hit): boolean =>
  state === "added" || state === "queued" || state === "waiting" || state === "changed";

function undoOf({ state, isbn, before }: Hit): Edit | undefined {
  if (isbn === undefined) return undefined;
  if (state === "added" || state === "queued") return { op: "delete", isbn };
  if (state !== "changed" || !before) return undefined;
  return {
    op: "change",
    isbn,
    set: { status: before.status ?? null },
    removeTags: before.addedTags,
  };
}

/**
 * Whether the same scan would fail again. Other failures, such as a revoked token, are transient.
 */
const isFinal = (error: unknown): boolean => error instanceof InvalidRequestError;

const isOpen = ({ state }: Hit): boolean => OPEN.has(state);
const PRODUCT: Problem = { kind: "not-a-book", product: "product" };
const unknown = (isbn: string | undefined): Pick<Hit, "problem" | "isbn"> => ({
  problem: { kind: "unknown" },
  ...(isbn === undefined ? {} : { isbn }),
});
