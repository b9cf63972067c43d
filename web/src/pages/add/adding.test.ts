import { describe, expect, it } from "vitest";
import { ConnectionError, NotFoundError, type EnrichedBook } from "../../../../client/src/index.ts";
import type { Edit, ListedBook } from "../../state/library.ts";
import { addCode, type AddingDeps } from "./adding.ts";

const AT = "2026-11-29T10:00:00.000Z";
const DUNE: EnrichedBook = {
  isbn: "9780441172719",
  title: "Dune",
  authors: ["Frank Herbert"],
  categories: [],
  provider: "openlibrary",
  sources: [],
  updatedAt: AT,
  enrichedAt: AT,
  _cacheSource: "d1",
};

function world(lookUp: AddingDeps["lookUp"], { isOnline = true, on = [] as string[] } = {}) {
  const edits: Edit[] = [];
  const deps: AddingDeps = {
    isOnline,
    lookUp,
    shelf: {
      edit: (...made) => {
        edits.push(...made);
        return Promise.resolve();
      },
      listed: (isbn) => (on.includes(isbn) ? ({ isbn } as ListedBook) : undefined),
    },
  };
  return { edits, deps };
}

const found = () => Promise.resolve(DUNE);
const unreachable = () => Promise.reject(new ConnectionError("no network"));

describe("adding by a code", () => {
  it("adds a catalogue book with its status, and shows it immediately", async () => {
    const { edits, deps } = world(found);
    expect(await addCode("978-0-441-17271-9", "reading", deps)).toEqual({
      kind: "added",
      isbn: DUNE.isbn,
    });
    expect(edits).toMatchObject([
      { op: "add", isbn: DUNE.isbn, body: { status: "reading" }, preview: { title: "Dune" } },
    ]);
  });

  it("adds nothing twice, and sends no request for a book on the shelf", async () => {
    const { edits, deps } = world(unreachable, { on: [DUNE.isbn] });
    expect(await addCode("0441172717", "reading", deps)).toEqual({
      kind: "known",
      isbn: DUNE.isbn,
    });
    const scanned = world(found, { on: [DUNE.isbn] });
    expect((await addCode("https://x.example/dune", "reading", scanned.deps)).kind).toBe("known");
    expect([...edits, ...scanned.edits]).toEqual([]);
  });

  it("queues an ISBN without a connection, whether or not the device reports being offline", async () => {
    for (const isOnline of [false, true]) {
      const { edits, deps } = world(unreachable, { isOnline });
      expect((await addCode("0441172717", "want_to_read", deps)).kind).toBe("queued");
      expect(edits).toEqual([{ op: "add", isbn: DUNE.isbn, body: { status: "want_to_read" } }]);
    }
  });

  it("passes on the service's answer, and reports if only the service can read a code", async () => {
    const absent = new NotFoundError({
      code: "BOOK_NOT_FOUND",
      message: "none",
      status: 404,
      retryable: false,
      requestId: undefined,
      retryAfterMs: undefined,
      details: {},
    });
    const refusing = world(() => Promise.reject(absent));
    await expect(addCode(DUNE.isbn, "reading", refusing.deps)).rejects.toBe(absent);
    const { deps } = world(unreachable);
    await expect(addCode("9780441172710", "reading", deps)).rejects.toThrow(ConnectionError);
  });
});
