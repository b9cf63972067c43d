import { expect, it } from "vitest";
import { ConnectionError, type LookedUpBook } from "../../../client/src/index.ts";
import { addByIsbn } from "./adding.ts";
import type { Edit, ListedBook } from "./library.ts";

const DUNE = { isbn: "9780441172719", title: "Dune" };

function world(byIsbn: () => Promise<unknown>) {
  const edits: Edit[] = [];
  const deps = {
    shelf: {
      edit: async (...given: readonly Edit[]) => void edits.push(...given),
      listed: (isbn: string) =>
        edits.some((edit) => edit.op === "add" && edit.isbn === isbn)
          ? (DUNE as ListedBook)
          : undefined,
    },
    catalogue: { byIsbn: () => byIsbn() as Promise<LookedUpBook | null> },
  };
  return { edits, add: (isbn: string) => addByIsbn(isbn, deps) };
}

it("adds a catalogue book once, under the ISBN that the service uses", async () => {
  const { edits, add } = world(() => Promise.resolve(DUNE));
  expect(await add("0441172717")).toEqual({ kind: "added", ...DUNE });
  expect(await add("0441172717")).toEqual({ kind: "known", ...DUNE });
  expect(await add(DUNE.isbn)).toEqual({ kind: "known", ...DUNE });
  expect(edits).toEqual([{ op: "add", isbn: DUNE.isbn, preview: DUNE }]);
});

it("stores the ISBN on the device without a connection", async () => {
  const { edits, add } = world(() => Promise.reject(new ConnectionError("no network")));
  expect(await add(DUNE.isbn)).toEqual({ kind: "queued", isbn: DUNE.isbn });
  expect(edits).toEqual([{ op: "add", isbn: DUNE.isbn }]);
});

it("adds no book that no catalogue has, and passes on the service's answer", async () => {
  const { edits, add } = world(() => Promise.resolve(null));
  expect(await add(DUNE.isbn)).toEqual({ kind: "unknown", isbn: DUNE.isbn });
  const failing = world(() => Promise.reject(new Error("down")));
  await expect(failing.add(DUNE.isbn)).rejects.toThrow("down");
  expect([...edits, ...failing.edits]).toEqual([]);
});
