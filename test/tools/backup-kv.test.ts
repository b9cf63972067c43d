import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LaunchError } from "../../scripts/local/launch-error.ts";
import { checkBackup, writeBackup } from "../../scripts/migration/backup-file.ts";
import type { KvEntry } from "../../scripts/migration/kv-store.ts";
import { namespaceOf, namespaceText } from "../../scripts/migration/namespace.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bookstrack-backup-"));
  path = join(folder, "backup.ndjson");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const namespace = namespaceOf({ binding: "BOOK_CACHE" });
const about = { binding: "BOOK_CACHE", prefix: "", createdAt: "2026-11-22T00:00:00Z", namespace };

async function* pages(...entries: readonly KvEntry[]): AsyncIterable<readonly KvEntry[]> {
  yield entries;
}

describe("a backup", () => {
  it("contains the name of its namespace", async () => {
    await writeBackup(path, about, pages({ key: "a", value: "1" }), { allowEmpty: false });
    expect(await checkBackup(path)).toMatchObject({ keys: 1, namespace, binding: "BOOK_CACHE" });
  });

  it("without keys is an error, and does not replace an earlier one", async () => {
    writeFileSync(path, "the good one");
    const writing = writeBackup(path, about, pages(), { allowEmpty: false });
    await expect(writing).rejects.toBeInstanceOf(LaunchError);
    await expect(writing).rejects.toThrow(
      "There are no keys in the local namespace BOOK_CACHE (bookstrack-book-cache-local), so no backup was written.",
    );
    expect(readFileSync(path, "utf8")).toBe("the good one");
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  it("without keys is written if allowed", async () => {
    await writeBackup(path, about, pages(), { allowEmpty: true });
    expect(await checkBackup(path)).toMatchObject({ keys: 0, namespace });
  });

  it("of an earlier release does not name its namespace", async () => {
    const old = { ...about, namespace: undefined as unknown as typeof namespace };
    await writeBackup(path, old, pages({ key: "a", value: "1" }), { allowEmpty: false });
    expect((await checkBackup(path)).namespace).toBeUndefined();
  });
});

describe("namespaceOf", () => {
  it.each([
    [{ binding: "BOOK_CACHE" }, "the local namespace BOOK_CACHE (bookstrack-book-cache-local)"],
    [
      { binding: "BOOK_CACHE", remote: true, env: "production" },
      "the remote namespace BOOK_CACHE of production",
    ],
  ])("tells %j apart", (options, text) => {
    expect(namespaceText(namespaceOf(options))).toBe(text);
  });

  it.each([
    [{ binding: "CACHE" }, "wrangler.jsonc has no namespace CACHE. It has BOOK_CACHE, "],
    [{ binding: "BOOK_CACHE", env: "production" }, "add --remote"],
    [{ binding: "BOOK_CACHE", remote: true }, "--env staging or --env production"],
    [{ binding: "BOOK_CACHE", remote: true, env: "prod" }, "has no environment prod"],
  ])("refuses %j", (options, text) => {
    expect(() => namespaceOf(options)).toThrow(LaunchError);
    expect(() => namespaceOf(options)).toThrow(text);
  });
});
