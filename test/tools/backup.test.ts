import { spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { isFull } from "../../scripts/backup/disk-errors.ts";
import { makeBackup } from "../../scripts/backup/make-backup.ts";
import { contentsLine, parseManifest, type Manifest } from "../../scripts/backup/manifest.ts";
import { backupName, isDue, newestAt, outdated } from "../../scripts/backup/names.ts";
import { checkBackup, restoreState } from "../../scripts/backup/restore-state.ts";
import { isAlive, STATE_MARK } from "../../scripts/local/processes.ts";
import { backupSettings } from "../../scripts/local/settings.ts";
import { hasState, settleSwap, swapState, unpackFolder } from "../../scripts/local/state-swap.ts";
import { runs } from "../support/properties.ts";

const KNOWN = ["0001_first.sql", "0002_second.sql"];
const D1 = "v3/d1/miniflare-D1DatabaseObject/database.sqlite";
const KV = "v3/kv/miniflare-KVNamespaceObject/namespace.sqlite";
const BLOBS = "v3/kv/books/blobs";
const KEYS = 20;
/** Higher than any process id. */
const NO_PID = 2 ** 22 + 1;

/** The errors for a file that cannot be restored. */
const REFUSED =
  /is damaged or truncated: .+\. Use another backup|is not a backup of `npm run backup`/;

const root = mkdtempSync(join(tmpdir(), "bookstrack-backup-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const folder = (): string => {
  const path = join(root, `${(folders += 1)}`);
  mkdirSync(path);
  return path;
};

function database(stateDir: string, path: string, sql: string): void {
  mkdirSync(join(stateDir, path, ".."), { recursive: true });
  const db = new DatabaseSync(join(stateDir, path));
  db.exec(`PRAGMA journal_mode = WAL; ${sql}`);
  db.close();
}

/** A state folder with an account, values in KV, the storage of an object, and cached responses. */
function state(): string {
  const path = folder();
  const names = KNOWN.map((name) => `('${name}')`).join();
  database(
    path,
    D1,
    `CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO d1_migrations (name) VALUES ${names};
     CREATE TABLE Users (id TEXT); INSERT INTO Users VALUES ('ann'), ('cat');
     CREATE TABLE DeletedUsers (user_id TEXT PRIMARY KEY, deleted_at INTEGER, purged_at INTEGER);
     CREATE VIRTUAL TABLE Words USING fts5(word); INSERT INTO Words VALUES ('dune');`,
  );
  database(path, "v3/d1/miniflare-D1DatabaseObject/metadata.sqlite", "CREATE TABLE _cf_ALARM (id)");
  database(path, "v3/do/service-Job/object.sqlite", "CREATE TABLE _cf_KV (key TEXT, value BLOB)");
  database(path, "v3/cache/miniflare-CacheObject/cached.sqlite", "CREATE TABLE Cached (key)");
  database(path, KV, "CREATE TABLE _mf_entries (key TEXT PRIMARY KEY, blob_id TEXT NOT NULL)");
  mkdirSync(join(path, BLOBS), { recursive: true });
  const db = new DatabaseSync(join(path, KV));
  for (let key = 0; key < KEYS; key += 1) {
    writeFileSync(join(path, BLOBS, `first-${key}`), `value of ${key}`);
    db.prepare("INSERT INTO _mf_entries VALUES (?, ?)").run(String(key), `first-${key}`);
  }
  db.close();
  writeFileSync(join(path, BLOBS, "replaced"), "a value that no key has any more");
  return path;
}

const backedUp = async (stateDir: string): Promise<string> => {
  const path = join(folder(), "backup.tar.gz");
  await makeBackup(stateDir, path);
  return path;
};
const restored = async (path: string, stateDir = folder(), replace = false): Promise<string> => {
  await restoreState({ stateDir, path, replace, knownMigrations: KNOWN });
  return stateDir;
};
const rowsIn = (stateDir: string, path: string, sql: string): Record<string, unknown>[] => {
  const db = new DatabaseSync(join(stateDir, path), { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
};
/** Each key of KV with its value, read through the index. */
const valuesIn = (stateDir: string): Record<string, string> =>
  Object.fromEntries(
    rowsIn(stateDir, KV, "SELECT key, blob_id FROM _mf_entries").map(({ key, blob_id: blob }) => [
      key,
      readFileSync(join(stateDir, BLOBS, String(blob)), "utf8"),
    ]),
  );
const message = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "",
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe("a backup", () => {
  it("has the contents of the state folder without cached responses and replaced values", async () => {
    const stateDir = state();
    const path = await backedUp(stateDir);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, ".."))).toEqual(["backup.tar.gz"]);
    const again = await restored(path);
    expect(
      globSync("v3/**", { cwd: again })
        .filter((name) => name.endsWith(".sqlite"))
        .sort(),
    ).toEqual(
      globSync("v3/**", { cwd: stateDir })
        .filter((name) => name.endsWith(".sqlite") && !name.includes("cache"))
        .sort(),
    );
    expect(rowsIn(again, D1, "SELECT id FROM Users")).toEqual([{ id: "ann" }, { id: "cat" }]);
    expect(rowsIn(again, D1, "SELECT word FROM Words WHERE Words MATCH 'dune'")).toEqual([
      { word: "dune" },
    ]);
    expect(valuesIn(again)).toEqual(valuesIn(stateDir));
    expect(readdirSync(join(again, BLOBS))).not.toContain("replaced");
  });

  it("is consistent in itself while a program replaces the values", async () => {
    const stateDir = state();
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const writer = new Worker(
      `const { workerData } = require("node:worker_threads");
       const { DatabaseSync } = require("node:sqlite");
       const { writeFileSync, rmSync } = require("node:fs");
       const { stop, index, blobs, keys } = workerData;
       const db = new DatabaseSync(index, { timeout: 5000 });
       for (let round = 0; Atomics.load(stop, 0) === 0; round += 1) {
         const key = String(round % keys);
         const old = db.prepare("SELECT blob_id FROM _mf_entries WHERE key = ?").get(key).blob_id;
         writeFileSync(blobs + "/round-" + round, "value of " + key);
         db.prepare("UPDATE _mf_entries SET blob_id = ? WHERE key = ?").run("round-" + round, key);
         rmSync(blobs + "/" + old);
         if (round === 3) Atomics.notify(stop, 0);
         Atomics.wait(stop, 0, 0, 1);
       }
       db.close();`,
      {
        eval: true,
        workerData: { stop, index: join(stateDir, KV), blobs: join(stateDir, BLOBS), keys: KEYS },
      },
    );
    const ended = new Promise((done) => writer.once("exit", done));
    try {
      const expected = Object.fromEntries(
        Array.from({ length: KEYS }, (_, key) => [String(key), `value of ${key}`]),
      );
      for (let round = 0; round < runs(20); round += 1) {
        expect(valuesIn(await restored(await backedUp(stateDir)))).toEqual(expected);
      }
    } finally {
      Atomics.store(stop, 0, 1);
      Atomics.notify(stop, 0);
      await ended;
    }
  });

  it("replaces an earlier file only when it is complete, and removes the leftovers of a killed one", async () => {
    const stateDir = state();
    const path = await backedUp(stateDir);
    const before = readFileSync(path);
    const others = [`${path}.part-${NO_PID}`, join(path, "..", "photos.tar.gz.part-2")];
    for (const other of others) mkdirSync(other);
    mkdirSync(join(path, "..", `.bookstrack-backup-${NO_PID}`));
    writeFileSync(join(stateDir, "v3/do/service-Job/object.sqlite"), "not a database, but as long");
    expect(await message(makeBackup(stateDir, path))).toContain("object.sqlite");
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(join(path, "..")).sort()).toEqual(
      ["backup.tar.gz", ...others.map((other) => basename(other))].sort(),
    );
  });

  it("refuses to write to a folder, or below a file", async () => {
    const stateDir = state();
    const target = folder();
    writeFileSync(join(target, "file"), "");
    for (const path of [target, `${join(target, "new")}/`, ""]) {
      expect(await message(makeBackup(stateDir, path))).toMatch(
        /^LaunchError: ".*" is not a file name\. Use one such as .*bookstrack-.*\.tar\.gz\.$/,
      );
    }
    expect(await message(makeBackup(stateDir, join(target, "file/b.tar.gz")))).toMatch(
      /^LaunchError: The backup cannot be written to .*file: E\w+: .* Name a file in a folder/,
    );
    expect(readdirSync(target)).toEqual(["file"]);
  });

  it("recognises the errors of a full disk", () => {
    const full = (work: () => void): boolean => {
      try {
        work();
      } catch (error) {
        return isFull(error);
      }
      throw new Error("Expected an error.");
    };
    const db = new DatabaseSync(":memory:");
    db.exec("PRAGMA max_page_count = 1; PRAGMA page_size = 512");
    expect(full(() => db.exec("CREATE TABLE t (a); CREATE TABLE u (a)"))).toBe(true);
    db.close();
    expect(full(() => writeFileSync("/dev/full", "x"))).toBe(true);
    expect(full(() => readFileSync(join(root, "nowhere")))).toBe(false);
  });

  it("refuses a folder without a service's database", async () => {
    const empty = folder();
    expect(await message(makeBackup(empty, join(empty, "b.tar.gz")))).toMatch(
      /^LaunchError: .* has no database of a service\. Set STATE_DIR/,
    );
    expect(await message(makeBackup(join(empty, "nowhere"), join(empty, "b.tar.gz")))).toContain(
      "has no database of a service",
    );
    const damaged = state();
    writeFileSync(join(damaged, D1), "damaged");
    expect(await message(makeBackup(damaged, join(empty, "b.tar.gz")))).toMatch(
      /^LaunchError: .*database\.sqlite cannot be read: file is not a database\. Unless it is damaged, run/,
    );
  });
});

describe("a restore", () => {
  let stateDir: string;
  let path: string;
  beforeAll(async () => {
    stateDir = state();
    path = await backedUp(stateDir);
  });

  it("refuses every damaged or truncated file, and does not change the state", async () => {
    const whole = readFileSync(path);
    const broken = join(folder(), "broken.tar.gz");
    const target = state();
    const cut = fc.nat(whole.length - 1).map((length) => whole.subarray(0, length));
    // The first ten bytes are gzip's header, some of which have no meaning.
    const changed = fc
      .tuple(fc.integer({ min: 10, max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }))
      .map(([at, mask]) => whole.map((byte, index) => (index === at ? byte ^ mask : byte)));
    const contents = gunzipSync(whole);
    // Some bits have no meaning, such as those that pad the last byte of a block.
    const isDamaged = (bytes: Uint8Array): boolean => {
      try {
        return !gunzipSync(bytes).equals(contents);
      } catch {
        return true;
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.oneof(cut, changed.filter(isDamaged)), async (bytes) => {
        writeFileSync(broken, bytes);
        expect(await message(checkBackup(broken, KNOWN))).toMatch(REFUSED);
        const options = { path: broken, stateDir: target, replace: true, knownMigrations: KNOWN };
        expect(await message(restoreState(options))).toMatch(REFUSED);
      }),
      { numRuns: runs(60) },
    );
    expect(readdirSync(target).filter((name) => !name.startsWith("launcher."))).toEqual(["v3"]);
    expect(valuesIn(target)).toEqual(valuesIn(stateDir));
  });

  it("refuses a folder with data, or moves the data aside with --replace", async () => {
    const target = state();
    const db = new DatabaseSync(join(target, D1));
    db.exec("INSERT INTO Users VALUES ('ben')");
    db.close();
    expect(await message(restored(path, target))).toMatch(/already has data\. Add --replace/);
    expect(rowsIn(target, D1, "SELECT id FROM Users")).toHaveLength(3);
    await restored(path, target, true);
    expect(rowsIn(target, D1, "SELECT id FROM Users")).toEqual([{ id: "ann" }, { id: "cat" }]);
    const [aside = ""] = readdirSync(target).filter((name) => name.startsWith("replaced-"));
    expect(rowsIn(join(target, aside), D1, "SELECT id FROM Users")).toHaveLength(3);
  });

  it("deletes accounts again that were deleted since the backup, and reports if they are unknown", async () => {
    const target = state();
    const db = new DatabaseSync(join(target, D1));
    db.exec(
      `DELETE FROM Users WHERE id = 'cat';
       INSERT INTO DeletedUsers VALUES ('cat', 7, 8), ('never-here', 7, NULL)`,
    );
    db.close();
    const options = { path, stateDir: target, replace: true, knownMigrations: KNOWN };
    expect(await restoreState(options)).toMatchObject({ deletedAgain: 1 });
    expect(rowsIn(target, D1, "SELECT id FROM Users")).toEqual([{ id: "ann" }]);
    expect(rowsIn(target, D1, "SELECT * FROM DeletedUsers")).toEqual([
      { user_id: "cat", deleted_at: 7, purged_at: null },
      { user_id: "never-here", deleted_at: 7, purged_at: null },
    ]);
    const later = state();
    database(later, D1, "INSERT INTO Users VALUES ('never-here')");
    const second = { ...options, path: await backedUp(later) };
    expect(await restoreState(second)).toMatchObject({ deletedAgain: 2 });
    expect(rowsIn(target, D1, "SELECT id FROM Users")).toEqual([{ id: "ann" }]);
    writeFileSync(join(target, D1), "damaged");
    expect(await restoreState(options)).toMatchObject({ deletedAgain: undefined });
    expect(rowsIn(target, D1, "SELECT id FROM Users")).toHaveLength(2);
  });

  it("ends processes of a killed launcher on the folder, under any of its paths", async () => {
    const target = state();
    const link = join(folder(), "link");
    symlinkSync(target, link);
    const orphan = spawn(process.execPath, ["-e", "setInterval(() => {}, 1_000)"], {
      env: { ...process.env, [STATE_MARK]: target },
      stdio: "ignore",
    });
    const ended = new Promise((done) => orphan.once("exit", done));
    try {
      await restored(path, link, true);
      expect(isAlive(orphan.pid!)).toBe(false);
    } finally {
      orphan.kill("SIGKILL");
      await ended;
    }
  });

  it("refuses a backup of a newer version, and reads one of an older version", async () => {
    const target = folder();
    const restore = (knownMigrations: string[]): Promise<unknown> =>
      restoreState({ stateDir: target, path, replace: false, knownMigrations });
    expect(await message(restore(["0001_first.sql"]))).toMatch(
      /whose database has 0002_second\.sql; version \S+ does not know this\. Restore it with/,
    );
    expect(hasState(target)).toBe(false);
    await restore([...KNOWN, "0003_third.sql"]);
    expect(rowsIn(target, D1, "SELECT name FROM d1_migrations")).toHaveLength(2);
  });

  it.each(["old", undefined])(
    "killed at any operation leaves either the old or the new state (old: %s)",
    (old) => {
      const outcomes = Array.from({ length: 7 }, (_, operations) => swapped(old, operations));
      const unchanged = { state: old, aside: undefined };
      // The operations: write the record, name it, move the old state, move the new one, remove the record, remove the folder.
      const first = outcomes.findIndex(({ state }) => state === "new");
      expect(first).toBe(2);
      expect(outcomes.slice(0, first)).toEqual([unchanged, unchanged]);
      for (const outcome of outcomes.slice(first)) {
        expect(outcome).toEqual({ state: "new", aside: old });
      }
    },
  );
});

/**
 * A swap that is killed after a number of operations, and is completed or undone by the next start.
 */
function swapped(
  old: string | undefined,
  operations: number,
): { state: string | undefined; aside: string | undefined } {
  const target = folder();
  const write = (stateDir: string, text: string): void => {
    mkdirSync(join(stateDir, "v3"), { recursive: true });
    writeFileSync(join(stateDir, "v3/marker"), text);
  };
  if (old !== undefined) write(target, old);
  write(unpackFolder(target), "new");
  let left = operations;
  const dying =
    <Args extends unknown[]>(work: (...args: Args) => void) =>
    (...args: Args): void => {
      if ((left -= 1) < 0) throw new Error("killed");
      work(...args);
    };
  const files = {
    rename: dying(renameSync),
    remove: dying((path: string) => rmSync(path, { recursive: true, force: true })),
    write: dying((path: string, text: string) => writeFileSync(path, text)),
  };
  try {
    swapState(target, "aside", files);
  } catch {
    // Like after a kill, completed operations are kept.
  }
  settleSwap(target);
  expect(existsSync(join(target, ".restoring"))).toBe(false);
  expect(existsSync(join(target, "restore.json"))).toBe(false);
  const marker = (path: string): string | undefined =>
    existsSync(join(path, "v3/marker")) ? readFileSync(join(path, "v3/marker"), "utf8") : undefined;
  return { state: marker(target), aside: marker(join(target, "aside")) };
}

const MANIFEST: Manifest = {
  format: "bookstrack-backup",
  version: 1,
  createdAt: "2026-11-29T10:00:00.000Z",
  release: "0.2.0",
  migrations: KNOWN,
  database: D1,
  rows: { Users: 3, UserLibrary: 40, Books: 30, ImportJobs: 2 },
  files: [{ path: D1, bytes: 2_500_000, sha256: "0".repeat(64) }],
};

describe("a manifest", () => {
  it("is summarised in one line", () => {
    expect(contentsLine(MANIFEST)).toBe(
      "3 accounts, 40 shelved books, 2 imports and 30 books of the catalogue; 1 file, 2.5 MB; " +
        "made on 2026-11-29T10:00:00.000Z by version 0.2.0, schema 0002_second.sql",
    );
  });

  it("is refused if a path points outside the stored files", () => {
    expect(parseManifest(JSON.stringify(MANIFEST))).toEqual(MANIFEST);
    const part = fc.constantFrom("..", ".", "v3", "", "d1", "a.sqlite", "/", "\\", "x/../y");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const path = parts.join("/");
        const files = [...MANIFEST.files, { path, bytes: 1, sha256: "0".repeat(64) }];
        if (parseManifest(JSON.stringify({ ...MANIFEST, files })) === undefined) return;
        expect(join("/state", path)).toBe(`/state/${path}`);
        expect(path.startsWith("v3/")).toBe(true);
      }),
    );
    for (const path of ["v3/../../etc/passwd", "/etc/passwd", "v3/./a", "v3/a/..", "v3//a", "a"]) {
      const files = [...MANIFEST.files, { path, bytes: 1, sha256: "0".repeat(64) }];
      expect(parseManifest(JSON.stringify({ ...MANIFEST, files }))).toBeUndefined();
    }
  });

  it("is refused without its database", () => {
    expect(parseManifest(JSON.stringify({ ...MANIFEST, files: [] }))).toBeUndefined();
    expect(parseManifest("{")).toBeUndefined();
  });
});

describe("daily backups", () => {
  const day = (text: string): Date => new Date(`${text}:00Z`);

  it("are due once on each day in UTC", () => {
    const name = backupName(day("2026-11-29T23:59"));
    expect(name).toBe("bookstrack-2026-11-29T23-59-00Z.tar.gz");
    expect(isDue([], day("2026-11-29T10:00"))).toBe(true);
    expect(isDue([name], day("2026-11-29T23:59"))).toBe(false);
    expect(isDue([name], day("2026-11-30T00:00"))).toBe(true);
    expect(isDue(["bookstrack-2026-11-30.tar.gz", `${name}.part-1`], day("2026-11-30T00:00"))).toBe(
      true,
    );
  });

  it("have an age, derived from their names", () => {
    const names = ["2026-11-27T10:00", "2026-11-28T10:00", "2031-01-01T10:00"].map((text) =>
      backupName(day(text)),
    );
    // Each of these names contains a date later than that of the newest backup.
    const others = [
      "2026-11-29",
      "copy 2026-11-29",
      `${backupName(day("2026-11-29T09:00"))}.part-1`,
    ];
    expect(newestAt([...names, ...others], day("2026-11-29T10:00"))).toBe(
      day("2026-11-28T10:00").getTime(),
    );
    expect(newestAt(others, day("2026-11-29T10:00"))).toBeUndefined();
  });

  it("are kept up to the configured number; other files are not touched", () => {
    const names = Array.from({ length: 20 }, (_, index) =>
      backupName(new Date(Date.UTC(2026, 10, index + 1))),
    );
    const others = ["before-upgrade.tar.gz", "bookstrack.tar.gz"];
    const last = names.at(-1)!;
    expect(outdated([...others, ...names.toReversed()], last, 14)).toEqual(names.slice(0, 6));
    expect(outdated(names.slice(0, 14), names[13]!, 14)).toEqual([]);
  });

  it("are kept even after the clock was set back: those with a later time are removed first", () => {
    const [first, made, wrong, worse] = [
      "2026-11-28",
      "2026-11-29",
      "2031-01-01",
      "2031-01-02",
    ].map((date) => backupName(day(`${date}T10:00`))) as [string, string, string, string];
    expect(outdated([first, made, wrong, worse], made, 1)).toEqual([wrong, worse, first]);
    expect(outdated([first, made, wrong, worse], made, 3)).toEqual([wrong]);
  });
});

test("BACKUP_DIR and BACKUP_KEEP are parsed, and an invalid number is refused", () => {
  const dir = join(folder(), "backups");
  expect(backupSettings({})).toBeUndefined();
  expect(backupSettings({ BACKUP_DIR: dir })).toEqual({ dir, keep: 14 });
  expect(backupSettings({ BACKUP_DIR: dir, BACKUP_KEEP: "3" })?.keep).toBe(3);
  for (const text of ["0", "-1", "many", "1.5", "99999"]) {
    expect(() => backupSettings({ BACKUP_KEEP: text })).toThrow(
      `BACKUP_KEEP must be a whole number from 1 to 9999; got "${text}".`,
    );
  }
  expect(existsSync(dir)).toBe(false);
});
