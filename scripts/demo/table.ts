/** Expected response of a lookup in the demo. */
export interface Expectation {
  /** Default: 200. */
  readonly status?: number;
  /** `X-Cache-Source`. */
  readonly source?: string;
  /** null if the book is known to be absent. */
  readonly title?: string | null;
  /**
   * Whether to repeat the lookup while it returns 503: the service retries a failed provider within
   * 15 s.
   */
  readonly isAwaited?: boolean;
}

/** How long to repeat a lookup, and the time between two attempts, in ms. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 250;

interface LookupBody {
  data?: { book: { title: string } | null };
  code?: string;
}

const WIDTHS = [40, 16, 36, 28, 10] as const;

const row = (...cells: string[]): string =>
  cells.map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0)).join("");

export function printHead(): void {
  console.log(`\n${row("what", "isbn", "answered from", "answer", "time")}`);
  console.log("-".repeat(WIDTHS.reduce((sum, width) => sum + width, 0)));
}

/**
 * Looks up an ISBN and prints one line, marked if the response is not as expected.
 * @returns whether the response is as expected
 */
export async function lookUpAndPrint(
  url: string,
  isbn: string,
  what: string,
  expected: Expectation,
): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  let answer = await ask(url, isbn);
  while (expected.isAwaited && answer.response.status === 503 && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, PAUSE_MS));
    answer = await ask(url, isbn);
  }
  const { response, body, ms } = answer;
  const source = response.headers.get("x-cache-source") ?? "-";
  const title = body.data === undefined ? undefined : (body.data.book?.title ?? null);
  const asExpected =
    response.status === (expected.status ?? 200) &&
    (expected.source === undefined || source === expected.source) &&
    (expected.title === undefined || title === expected.title);
  const text = response.ok ? (title ?? "null (unknown)") : `${response.status} ${body.code}`;
  console.log(
    row(what, isbn, source, text, `${ms.toFixed(1)} ms`) + (asExpected ? "" : "  <- unexpected"),
  );
  return asExpected;
}

async function ask(
  url: string,
  isbn: string,
): Promise<{ response: Response; body: LookupBody; ms: number }> {
  const started = performance.now();
  const response = await fetch(`${url}/v1/search/isbn?isbn=${isbn}`);
  const body = (await response.json()) as LookupBody;
  return { response, body, ms: performance.now() - started };
}
