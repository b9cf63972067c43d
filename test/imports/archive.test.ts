import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { archiveOf, comparable, deedsOn, imports, linesOf } from "../support/archives.ts";
import { inCatalogue, isbnOf, newReader } from "../support/library.ts";
import { runs } from "../support/properties.ts";

const ISBNS = [0, 1, 2, 3, 4, 5].map((number) => isbnOf(9100 + number));

beforeAll(async () => {
  // The other books are only on shelves.
  for (const isbn of ISBNS.slice(0, 3))
    await inCatalogue({ isbn, title: `Known ${isbn}`, pageCount: 90 });
});

describe("the archive of an account", () => {
  it("makes another account equal, and changes neither when it is imported again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deedsOn(ISBNS), { minLength: 1, maxLength: 9 }), async (deeds) => {
        const [one, other] = [await newReader(), await newReader()];
        await one.add({ isbn: ISBNS[5] ?? "", title: "First" });
        for (const deed of deeds) await deed(one);
        const archive = await archiveOf(one);
        const { outcomes, format } = await imports(other, archive);
        expect(format).toBe("bookstrack-archive");
        expect(outcomes).toMatchObject({ invalid: 0, updated: 0, unchanged: 0 });
        const copy = await archiveOf(other);
        expect(comparable(copy)).toEqual(comparable(archive));
        for (const { reader, before } of [
          { reader: one, before: archive },
          { reader: other, before: copy },
        ]) {
          const again = await imports(reader, archive);
          expect(again.outcomes).toMatchObject({ created: 0, updated: 0, invalid: 0 });
          expect(comparable(await archiveOf(reader))).toEqual(comparable(before));
        }
      }),
      { numRuns: runs(20) },
    );
  });

  it("begins with its version and ends with the number of its lines", async () => {
    const reader = await newReader();
    await reader.add({ isbn: ISBNS[0] ?? "" });
    const lines = linesOf(await archiveOf(reader));
    expect(lines[0]).toMatchObject({ type: "archive", format: "bookstrack-archive", version: 1 });
    expect(lines.at(-1)).toEqual({ type: "end", lines: lines.length - 2 });
  });
});
