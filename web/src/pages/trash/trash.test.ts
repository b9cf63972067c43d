import { describe, expect, it } from "vitest";
import type { TrashItem } from "../../../../client/src/index.ts";
import { createTrash, type TrashDeps } from "./trash.ts";

function world(count: number, more: Partial<TrashDeps> = {}) {
  const calls: string[] = [];
  const trash = createTrash({
    sync: async () => void calls.push("sync"),
    async read() {
      calls.push("read");
      return all(count);
    },
    restore: async (isbn) => void calls.push(`restore ${isbn}`),
    remove: async (isbn = "all") => void calls.push(`remove ${isbn}`),
    ...more,
  });
  const isbns = (): string[] => trash.items.value.map(({ book }) => book.isbn);
  return { ...trash, calls, isbns };
}

async function* all(count: number): AsyncGenerator<TrashItem> {
  for (let index = 0; index < count; index += 1) {
    yield { book: { isbn: `${index}` }, deletedAt: "", until: "" } as unknown as TrashItem;
  }
}

describe("the trash", () => {
  it("sends this device's removals first, and shows more on request", async () => {
    const { load, more, isbns, hasMore, hasLoaded, calls } = world(120);
    expect(hasLoaded.value).toBe(false);
    await load();
    expect([calls, isbns().length, hasMore.value]).toEqual([["sync", "read"], 50, true]);
    await more();
    await more();
    expect([isbns().length, new Set(isbns()).size, hasMore.value]).toEqual([120, 120, false]);
  });

  it("drops restored and deleted books, and all when it is emptied", async () => {
    const { load, restore, remove, empty, isbns, calls } = world(4);
    await load();
    await restore("1");
    await remove("2");
    expect(isbns()).toEqual(["0", "3"]);
    await empty();
    expect(isbns()).toEqual([]);
    expect(calls.slice(2)).toEqual(["restore 1", "remove 2", "remove all"]);
  });

  it("keeps books after a failure, and shows the reason", async () => {
    const failure = new Error("no");
    const fails = () => Promise.reject(failure);
    const { load, restore, remove, isbns, error } = world(2, { restore: fails, remove: fails });
    await load();
    await restore("1");
    expect([error.value, isbns()]).toEqual([failure, ["0", "1"]]);
    await expect(remove("1")).rejects.toBe(failure);
    expect(isbns()).toEqual(["0", "1"]);
    const broken = world(2, { read: fails });
    await broken.load();
    expect([broken.error.value, broken.hasLoaded.value]).toEqual([failure, false]);
  });
});
