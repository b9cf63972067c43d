import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, it } from "vitest";
import { RESET_FEEDS, resetFeeds } from "../../scripts/backup/reset-feeds.ts";
import { accountMark, startOf, writeToken, type FeedHead } from "../../src/sync/domain/position.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = new URL("../../", import.meta.url).pathname;
const folder = mkdtempSync(join(temporaryFolder(), "bookstrack-feeds-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const NOW = Date.UTC(2026, 4, 1);

/**
 * A database of this version, or one that predates the feed, with two accounts, one of which has a
 * library.
 */
function database(name: string, last = "9999"): string {
  const file = join(folder, name);
  const db = new DatabaseSync(file);
  for (const migration of readdirSync(join(root, "migrations")).sort()) {
    if (migration <= last) db.exec(readFileSync(join(root, "migrations", migration), "utf8"));
  }
  db.close();
  return file;
}

function inside<Result>(file: string, work: (db: DatabaseSync) => Result): Result {
  const db = new DatabaseSync(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const headOf = (file: string, userId: string): FeedHead =>
  inside(file, (db) => {
    const row = db.prepare("SELECT seq, changes_from FROM Shelves WHERE user_id = ?").get(userId);
    return { seq: Number(row?.["seq"] ?? 0), changesFrom: Number(row?.["changes_from"] ?? 0) };
  });

const tokenAt = (userId: string, seq: number): string =>
  writeToken({
    account: accountMark(userId),
    seq,
    source: 99,
    id: "",
    quietUntil: seq,
    day: Math.floor(NOW / 86_400_000),
  });

it("invalidates every token from before a restore, even after more writes than were lost", () => {
  const file = database("now.sqlite");
  inside(file, (db) =>
    db.exec(`INSERT INTO Users (id, created_at, recovery_hash) VALUES ('ann', 1, 'a'), ('new', 1, 'n');
      INSERT INTO Shelves (user_id, seq, changes_from) VALUES ('ann', 40, 3)`),
  );
  // One device has read up to 100, of which the backup has 40, another up to 30; the other account
  // was written to after the backup.
  const before = [
    { userId: "ann", since: tokenAt("ann", 100) },
    { userId: "ann", since: tokenAt("ann", 30) },
    { userId: "new", since: tokenAt("new", 2) },
  ];
  for (let restores = 0; restores < 2; restores += 1) {
    resetFeeds(file);
    const fresh = headOf(file, "ann");
    const current = { userId: "ann", since: tokenAt("ann", fresh.seq) };
    expect(startOf(current, fresh, NOW).kind).toBe("start");
    inside(file, (db) => db.exec("UPDATE Shelves SET seq = seq + 500"));
    for (const reader of before) {
      expect(startOf(reader, headOf(file, reader.userId), NOW)).toEqual({
        kind: "reset",
        reason: "too_old",
      });
    }
    before.push({ userId: "ann", since: tokenAt("ann", headOf(file, "ann").seq) });
  }
});

it("does not change a backup that predates the feed", () => {
  const file = database("old.sqlite", "0014");
  resetFeeds(file);
  expect(
    inside(file, (db) => db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'Shelves'").get()),
  ).toBeUndefined();
});

it("equals the statement for Time Travel in docs/backup.md", () => {
  const words = (text: string): string => text.replace(/\s+/g, " ");
  expect(words(readFileSync(join(root, "docs/backup.md"), "utf8"))).toContain(words(RESET_FEEDS));
});
