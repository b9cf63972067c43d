import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { childrenOf } from "../../scripts/local/processes.ts";

/** The parts of a response of `GET /v1/search/isbn` that tests check. */
export interface LookupAnswer {
  status: number;
  /** `X-Cache-Source`. */
  source: string | null;
  retryAfter: string | null;
  title: string | undefined;
  body: {
    code?: string;
    suggestions?: string[];
    data?: { book: { isbn: string; title: string; _cacheSource: string } | null };
  };
}

/** Looks up an ISBN; `text` may be invalid. */
export async function lookUp(url: string, text: string): Promise<LookupAnswer> {
  const response = await fetch(`${url}/v1/search/isbn?isbn=${encodeURIComponent(text)}`, {
    signal: AbortSignal.timeout(120_000),
  });
  const body = (await response.json()) as LookupAnswer["body"];
  return {
    status: response.status,
    source: response.headers.get("x-cache-source"),
    retryAfter: response.headers.get("retry-after"),
    title: body.data?.book?.title,
    body,
  };
}

/** A folder that exists until it is removed. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** An empty folder. A start on it creates the database. */
export function emptyFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "bookstrack-e2e-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A state folder as after a first start: the database has the schema and no rows. Copy it; do not start a service on it. */
export const newState = (): string => inject("newState");

/** A copy of `newState`, for state that lasts over several starts. */
export function temporaryState(): TemporaryFolder {
  const folder = emptyFolder();
  cpSync(newState(), folder.path, { recursive: true });
  return folder;
}

/** Repeats a request until its answer satisfies `wanted`. @throws Error with the last answer after four minutes */
export async function eventually<Answer>(
  ask: () => Promise<Answer>,
  wanted: (answer: Answer) => boolean,
): Promise<Answer> {
  const deadline = Date.now() + 240_000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`Timed out; the last response was ${JSON.stringify(answer)}`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

/**
 * The anonymous memory of a process and its descendants; pages of program files belong to the
 * system's cache.
 */
export function anonymousBytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const own = 1024 * Number(/^Anonymous:\s+(\d+)/m.exec(rollup)?.[1]);
  return childrenOf(pid).reduce((sum, child) => sum + anonymousBytes(child), own);
}
