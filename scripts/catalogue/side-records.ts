import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { dumpLines } from "./dump-lines.ts";

/** The fields of a work that an edition may lack. */
export interface WorkRecord {
  readonly title?: unknown;
  readonly first_publish_date?: unknown;
  readonly description?: unknown;
  readonly subjects?: unknown;
  readonly authors?: unknown;
}

/** Works and authors by key, on disk. */
export interface SideRecords {
  work(key: string): WorkRecord | undefined;
  authorName(key: string): string | undefined;
  /** Removes the file. */
  close(): void;
}

const WORK_PARTS = ["title", "first_publish_date", "description", "subjects", "authors"] as const;
const ROWS_A_TRANSACTION = 20_000;
const SCHEMA = `
  PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;
  CREATE TABLE Works (id INTEGER PRIMARY KEY, record TEXT NOT NULL);
  CREATE TABLE Authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL);`;

/**
 * Puts works and authors into a temporary SQLite file, because a dump has too many of them for
 * memory.
 * @param onProgress called periodically with the number of records
 */
export async function sideRecords(
  files: { works?: string | undefined; authors?: string | undefined },
  onProgress: (what: string, count: number) => void,
): Promise<SideRecords> {
  const folder = mkdtempSync(join(tmpdir(), "bookstrack-load-"));
  const database = new DatabaseSync(join(folder, "side.sqlite"));
  const close = (): void => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    database.exec(SCHEMA);
    const fill = async (
      path: string | undefined,
      type: "work" | "author",
      sql: string,
      read: (record: Record<string, unknown>) => string | undefined,
    ): Promise<void> => {
      if (path === undefined) return;
      const insert = database.prepare(sql);
      let count = 0;
      database.exec("BEGIN");
      for await (const { key, json } of dumpLines(path, type)) {
        const id = numberOf(key);
        const text = id === undefined ? undefined : read(parsed(json));
        if (id !== undefined && text !== undefined) insert.run(id, text);
        count += 1;
        if (count % ROWS_A_TRANSACTION !== 0) continue;
        database.exec("COMMIT; BEGIN");
        onProgress(`${type}s`, count);
      }
      database.exec("COMMIT");
    };
    await fill(files.works, "work", "INSERT OR REPLACE INTO Works VALUES (?, ?)", (record) =>
      JSON.stringify(Object.fromEntries(WORK_PARTS.map((part) => [part, record[part]]))),
    );
    await fill(
      files.authors,
      "author",
      "INSERT OR REPLACE INTO Authors VALUES (?, ?)",
      ({ name }) => (typeof name === "string" ? name : undefined),
    );
    const work = database.prepare("SELECT record FROM Works WHERE id = ?");
    const author = database.prepare("SELECT name FROM Authors WHERE id = ?");
    return {
      work(key) {
        const row = work.get(numberOf(key) ?? -1);
        return row === undefined ? undefined : parsed(String(row["record"]));
      },
      authorName(key) {
        const name = author.get(numberOf(key) ?? -1)?.["name"];
        return typeof name === "string" ? name : undefined;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** The number in a key such as `/works/OL27448W`. */
function numberOf(key: string): number | undefined {
  const digits = /OL(\d{1,15})[AWM]$/.exec(key)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function parsed(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
