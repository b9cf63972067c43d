import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An answer of `GET /v1/search/isbn`, as far as tests look at it. */
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

/** Looks an ISBN up; `text` may be anything. */
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

/** A folder for state that lasts over several starts. */
export function temporaryState(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "bookstrack-e2e-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Asks again until the answer is as wanted. @throws Error with the last answer when a minute was not enough. */
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
