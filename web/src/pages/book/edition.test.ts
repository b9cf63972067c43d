import { describe, expect, it } from "vitest";
import { ConflictError, type Library, type LibraryBook } from "../../../../client/src/index.ts";
import { moveToEdition } from "./edition.ts";

const AT = "2026-11-29T10:00:00.000Z";
const SEEN: LibraryBook = {
  isbn: "9780441172719",
  title: "Dune",
  authors: [],
  categories: [],
  provider: "openlibrary",
  sources: [],
  tags: ["desert"],
  readings: [],
  rating: 4,
  addedAt: AT,
  updatedAt: AT,
  confirmed: true,
};

const conflict = (code: string, status: number): ConflictError =>
  new ConflictError({
    code,
    message: "no",
    status,
    retryable: false,
    requestId: undefined,
    retryAfterMs: undefined,
    details: {},
  });

/** A service that returns the given entries, one per read. */
function service(entries: LibraryBook[], refusal?: Error) {
  const steps: string[] = [];
  const library = {
    entry: () => {
      steps.push("entry");
      return Promise.resolve({ book: entries.shift() ?? SEEN, etag: '"1-x"' });
    },
    moveToEdition: (_isbn: string, to: string, call: { ifMatch?: string }) => {
      steps.push(`move ${call.ifMatch ?? ""}`);
      return refusal ? Promise.reject(refusal) : Promise.resolve({ ...SEEN, isbn: to });
    },
  } as unknown as Library;
  return {
    steps,
    deps: {
      sync: () => {
        steps.push("sync");
        return Promise.resolve();
      },
      withLibrary: <Result>(work: (library: Library) => Promise<Result>) => work(library),
    },
  };
}

const ask = { isbn: SEEN.isbn, to: "9780261102217", seen: SEEN };

describe("a move to another edition", () => {
  it("sends waiting edits first, and includes the version that the user saw", async () => {
    const { steps, deps } = service([SEEN]);
    expect(await moveToEdition(ask, deps)).toEqual({ kind: "moved", isbn: ask.to });
    expect(steps).toEqual(["sync", "entry", 'move "1-x"', "sync"]);
  });

  it("does not move an entry that another device has changed meanwhile, and shows both values", async () => {
    const now = { ...SEEN, rating: 2 };
    const { steps, deps } = service([now]);
    expect(await moveToEdition(ask, deps)).toEqual({
      kind: "changed",
      found: [{ name: "rating", mine: 4, theirs: 2 }],
      seen: now,
    });
    expect(steps).toEqual(["sync", "entry"]);
  });

  it("shows both values when the change came at the last moment (412)", async () => {
    const now = { ...SEEN, tags: ["desert", "worms"] };
    const { deps } = service([SEEN, now], conflict("PRECONDITION_FAILED", 412));
    expect(await moveToEdition(ask, deps)).toMatchObject({
      kind: "changed",
      found: [{ name: "tags", mine: ["desert"], theirs: ["desert", "worms"] }],
    });
  });

  it("reports that the other edition is already on the shelf", async () => {
    const taken = conflict("CONFLICT", 409);
    const { deps } = service([SEEN], taken);
    await expect(moveToEdition(ask, deps)).rejects.toBe(taken);
  });
});
