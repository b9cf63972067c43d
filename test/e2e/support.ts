import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
    signal: AbortSignal.timeout(20_000),
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

/** Creates a folder for state that outlives a start. */
export function temporaryState(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "bookstrack-e2e-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Repeats a request until its answer is as wanted. @throws Error with the last answer after a minute */
export async function eventually<Answer>(
  ask: () => Promise<Answer>,
  wanted: (answer: Answer) => boolean,
): Promise<Answer> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`Still not as wanted: ${JSON.stringify(answer)}`);
    await new Promise((done) => setTimeout(done, 250));
  }
}
