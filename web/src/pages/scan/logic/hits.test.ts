import { describe, expect, it } from "vitest";
import {
  ConnectionError,
  InvalidRequestError,
  NotFoundError,
  type EnrichedBook,
} from "../../../../../client/src/index.ts";
import type { Edit, ListedBook } from "../../../state/library.ts";
import type { Choices } from "./choices.ts";
import { canUndo, createHits, type Hit } from "./hits.ts";
import type { WaitingScan } from "./waiting.ts";

const DUNE = "9780441172719";
const UPC = "0076714003958 48667";
const NOTHING: Choices = { tags: [] };

const book = (isbn: string, title = `Book ${isbn}`): EnrichedBook =>
  ({
    isbn,
    title,
    authors: ["Someone"],
    categories: [],
    enrichedAt: "now",
  }) as unknown as EnrichedBook;

const problem = (status: number, code: string) => ({
  status,
  code,
  message: code,
  retryable: false,
  requestId: undefined,
  retryAfterMs: undefined,
  details: {},
});

interface World {
  find?: (text: string) => Promise<EnrichedBook>;
  shelved?: readonly Partial<ListedBook>[];
  isOnline?: boolean;
  choices?: Choices;
  waiting?: readonly WaitingScan[];
}

/** A strip over an in-memory shelf. */
function world({
  find = (text) => Promise.resolve(book(text)),
  shelved = [],
  isOnline = true,
  choices = NOTHING,
  waiting = [],
}: World = {}) {
  const edits: Edit[] = [];
  const reports: string[] = [];
  const books = new Map(shelved.map((one) => [one.isbn, { tags: [], ...one } as ListedBook]));
  const state = { isOnline, find, choices, waiting };
  const strip = createHits({
    find: (text) => state.find(text),
    edit(edit) {
      edits.push(edit);
      if (edit.op === "add") {
        const isbn = edit.isbn ?? "";
        books.set(isbn, { tags: [], isbn, title: isbn, authors: [] } as unknown as ListedBook);
      }
      if (edit.op === "delete") books.delete(edit.isbn);
      return Promise.resolve();
    },
    listed: (isbn) => books.get(isbn),
    isOnline: () => state.isOnline,
    choices: () => state.choices,
    report: ({ state, text }, isAgain) =>
      reports.push(`${text} ${state}${isAgain ? " again" : ""}`),
    waiting: { read: () => state.waiting, write: (scans) => (state.waiting = scans) },
  });
  const only = (): Hit => strip.hits.value[0] as Hit;
  return { ...strip, edits, reports, state, only };
}

describe("a scan", () => {
  it("puts the book on the shelf with the chosen status and tags", async () => {
    const { take, edits, only, reports, state } = world({
      choices: { status: "completed", tags: ["attic"] },
    });
    await take(`${DUNE} 51995`);
    const { enrichedAt: _at, ...preview } = book(DUNE);
    expect(edits).toEqual([
      { op: "add", isbn: DUNE, body: { status: "completed", tags: ["attic"] }, preview },
    ]);
    expect(only()).toMatchObject({ state: "added", isbn: DUNE, title: `Book ${DUNE}` });
    expect(reports).toEqual([`${DUNE} 51995 added`]);
    expect(state.waiting).toEqual([]);
  });

  it("of a code that is already in the strip moves it to the front and adds nothing", async () => {
    const { take, edits, hits, reports } = world();
    await take(DUNE);
    await take("9780141439587");
    await take(`${DUNE} 51995`);
    expect(edits).toHaveLength(2);
    expect(hits.value.map(({ isbn }) => isbn)).toEqual([DUNE, "9780141439587"]);
    expect(reports.at(-1)).toBe(`${DUNE} added again`);
  });

  it("of a book on the shelf reports that, offers the chosen status, and can undo it", async () => {
    const { take, apply, undo, edits, only, state } = world({
      shelved: [{ isbn: DUNE, title: "Dune", authors: [], status: "reading", tags: ["Attic"] }],
    });
    await take(DUNE);
    expect(only()).toMatchObject({ state: "known", title: "Dune" });
    await apply(only().id);
    expect(edits).toEqual([]);
    state.choices = { status: "completed", tags: ["attic", "box 3"] };
    await apply(only().id);
    expect(edits).toEqual([
      { op: "change", isbn: DUNE, set: { status: "completed" }, addTags: ["box 3"] },
    ]);
    expect(only().state).toBe("changed");
    await undo(only().id);
    expect(edits.at(-1)).toEqual({
      op: "change",
      isbn: DUNE,
      set: { status: "reading" },
      removeTags: ["box 3"],
    });
    expect(only().state).toBe("known");
  });

  it("can be undone and repeated", async () => {
    const { take, undo, edits, only } = world();
    await take(DUNE);
    expect(canUndo(only())).toBe(true);
    await undo(only().id);
    expect(edits.at(-1)).toEqual({ op: "delete", isbn: DUNE });
    expect(only().state).toBe("undone");
    await take(DUNE);
    expect(only().state).toBe("added");
  });

  it("looks up a UPC at the service, and identifies its book by the ISBN in the response", async () => {
    const { take, edits, only } = world({
      find: () => Promise.resolve(book("9780671486679")),
      shelved: [{ isbn: "9780671486679", title: "On the shelf", authors: [] }],
    });
    await take(UPC);
    expect(edits).toEqual([]);
    expect(only()).toMatchObject({ state: "known", title: "On the shelf" });
  });

  it.each([
    ["9780441172710", "wrong-digit"],
    ["4006381333931", "not-a-book"],
    ["1920097007005", "not-a-book"],
    ["0076714003958", "needs-add-on"],
  ])("of %s asks nobody: %s", async (text, kind) => {
    const { take, edits, only, state } = world({ find: () => Promise.reject(new Error("asked")) });
    await take(text);
    expect(only()).toMatchObject({ state: "problem", problem: { kind } });
    expect([edits, state.waiting]).toEqual([[], []]);
  });

  it("reports that no catalogue has the book, or another refusal of the service", async () => {
    const { take, state, only, edits } = world({
      find: () => Promise.reject(new NotFoundError(problem(404, "BOOK_NOT_FOUND"))),
    });
    await take(DUNE);
    expect(only()).toMatchObject({ state: "problem", isbn: DUNE, problem: { kind: "unknown" } });
    const refused = new InvalidRequestError(problem(422, "NOT_A_BOOK_BARCODE"));
    state.find = () => Promise.reject(refused);
    await take("40170725");
    expect(only().problem).toEqual({ kind: "failed", error: refused });
    expect(edits).toEqual([]);
  });
});

describe("without a connection", () => {
  it("a book waits on the shelf, even if the connection is lost during its lookup", async () => {
    const { take, edits, hits, state } = world({ isOnline: false });
    await take(DUNE);
    state.isOnline = true;
    state.find = () => Promise.reject(new ConnectionError("lost"));
    await take("9780141439587");
    expect(edits).toEqual([
      { op: "add", isbn: DUNE },
      { op: "add", isbn: "9780141439587" },
    ]);
    expect(hits.value.map(({ state }) => state)).toEqual(["queued", "queued"]);
  });

  it("a UPC waits with its choices until the service can identify its book", async () => {
    const { take, resume, edits, only, state } = world({
      isOnline: false,
      choices: { status: "reading", tags: [] },
    });
    await take(UPC);
    expect(only().state).toBe("waiting");
    expect(state.waiting).toEqual([{ text: UPC, choices: { status: "reading", tags: [] } }]);
    state.isOnline = true;
    state.choices = NOTHING;
    state.find = () => Promise.resolve(book("9780671486679"));
    await resume();
    expect(edits).toMatchObject([
      { op: "add", isbn: "9780671486679", body: { status: "reading" } },
    ]);
    expect([only().state, state.waiting]).toEqual(["added", []]);
  });

  it("scans that an earlier visit left open are continued", async () => {
    const { resume, edits, only } = world({
      waiting: [{ text: DUNE, choices: { status: undefined, tags: ["box"] } }],
    });
    await resume();
    expect(edits).toMatchObject([{ op: "add", isbn: DUNE, body: { tags: ["box"] } }]);
    expect(only().state).toBe("added");
  });

  it("a waiting scan can be undone", async () => {
    const { take, undo, edits, only, state } = world({ isOnline: false });
    await take(UPC);
    await undo(only().id);
    expect([edits, only().state, state.waiting]).toEqual([[], "undone", []]);
  });
});
