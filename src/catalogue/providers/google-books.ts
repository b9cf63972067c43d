import { isbn13sOfVolume, volumeToBook } from "../domain/legacy/google-volume.ts";
import { asObject } from "../domain/text/json-values.ts";
import type { Provider, ProviderAnswer, ProviderBook, ProviderFailed } from "../domain/provider.ts";
import {
  failureOf,
  getJson,
  type HttpDeps,
  MAX_RETRY_AFTER_MS,
  type Refusal,
  userAgent,
  withoutTrailingSlash,
} from "./http.ts";
import { getImage } from "./image.ts";
import { defined } from "../../platform/defined.ts";

/** The requested edition is not always the first: Google also returns other editions of the work. */
const RESULTS_PER_ISBN = 5;
/** Google's limit per call. */
const MAX_SEARCH_RESULTS = 40;

export interface GoogleBooksOptions extends HttpDeps {
  /** For example `https://www.googleapis.com/books/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /**
   * Two-letter country code. Always sent, because without it Google answers 403 to hosted
   * addresses, which it cannot locate.
   */
  readonly country: string;
  /** An address or page through which Google can contact the operator. */
  readonly contact?: string | undefined;
}

/** The volumes of an answer; undefined if it is malformed. `totalItems: 0` comes with and without `items`. */
function volumesIn(body: unknown): readonly unknown[] | undefined {
  const { items, totalItems } = asObject(body) ?? {};
  if (Array.isArray(items)) return items;
  const saysNone = totalItems === 0 || totalItems === "0";
  return saysNone && (items === undefined || items === null) ? [] : undefined;
}

/** Found only if a volume's own identifiers include the ISBN, because Google also returns other editions. */
export function readVolumes(isbn13: string, body: unknown): ProviderAnswer {
  const volumes = volumesIn(body);
  if (volumes === undefined) {
    // Google sometimes counts a volume without returning it (`totalItems: 1` without `items`). The
    // question is retried soon.
    const { totalItems, items } = asObject(body) ?? {};
    const isCounted = typeof totalItems === "number" && (items === undefined || items === null);
    return isCounted
      ? { kind: "absent", unproven: true }
      : { kind: "failed", reason: "bad_answer" };
  }
  for (const volume of volumes) {
    const book = isbn13sOfVolume(volume).includes(isbn13)
      ? volumeToBook(isbn13, volume)
      : undefined;
    if (book !== undefined) return { kind: "found", book };
  }
  return { kind: "absent" };
}

/**
 * The books of a search, each ISBN once. A volume is an edition, but without an ISBN, or with two, it is unclear which
 * one.
 */
export function volumesToBooks(body: unknown): ProviderBook[] | undefined {
  const volumes = volumesIn(body);
  const books = new Map<string, ProviderBook>();
  for (const volume of volumes ?? []) {
    const [isbn13, ...others] = isbn13sOfVolume(volume);
    if (isbn13 === undefined || others.length > 0 || books.has(isbn13)) continue;
    const book = volumeToBook(isbn13, volume);
    if (book !== undefined) books.set(isbn13, book);
  }
  return volumes && [...books.values()];
}

/** Google answers 400 to a key that is invalid, expired or not enabled for Google Books. */
const BAD_KEY =
  /API[_ ]?key[_ ](?:not[_ ]valid|invalid|expired)|keyInvalid|keyExpired|API_KEY_|CONSUMER_(?:INVALID|SUSPENDED)|BILLING_/i;

/**
 * Google answers both 403 and 429 to an exhausted quota, and only the text distinguishes a daily quota from a short
 * one.
 */
export function readRefusal(refusal: Refusal): ProviderFailed {
  const failure = failureOf(refusal);
  const text = JSON.stringify(refusal.body ?? "");
  const isQuota =
    refusal.status === 429 ||
    (refusal.status === 403 && /(?:rateLimit|dailyLimit|quota)Exceeded|RATE_LIMIT/i.test(text));
  if (refusal.status === 400 && BAD_KEY.test(text)) return { ...failure, reason: "access_denied" };
  if (!isQuota) return failure;
  const isDaily = /per ?day|dailyLimit/i.test(text);
  return {
    ...failure,
    reason: "rate_limited",
    ...(isDaily ? { retryAfterMs: MAX_RETRY_AFTER_MS } : {}),
  };
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', " ").trim()}"`;
}

/** Google Books: one ISBN per call, and searches. */
export function googleBooks(options: GoogleBooksOptions): Provider {
  const baseUrl = withoutTrailingSlash(options.baseUrl);
  const agent = userAgent(options.contact);

  function volumes(q: string, maxResults: number, timeoutMs: number): ReturnType<typeof getJson> {
    const query = new URLSearchParams({
      q,
      country: options.country,
      maxResults: String(maxResults),
      ...defined({ key: options.apiKey }),
    });
    const url = `${baseUrl}/volumes?${query.toString()}`;
    return getJson(url, { userAgent: agent, timeoutMs }, options);
  }

  async function lookupOne(isbn13: string, timeoutMs: number): Promise<ProviderAnswer> {
    const answer = await volumes(`isbn:${isbn13}`, RESULTS_PER_ISBN, timeoutMs);
    if (answer.kind === "ok") return readVolumes(isbn13, answer.body);
    return answer.kind === "refused" ? readRefusal(answer) : answer;
  }

  return {
    id: "google-books",
    maxBatch: 1,

    async lookup(isbns, { timeoutMs }) {
      const answers = isbns.map(
        async (isbn13) => [isbn13, await lookupOne(isbn13, timeoutMs)] as const,
      );
      return new Map(await Promise.all(answers));
    },

    async search(asked, { timeoutMs }) {
      const { edition, work, workRecord, image, words, title, author, limit } = asked;
      if (image !== undefined) return getImage(image, { userAgent: agent, timeoutMs }, options);
      if ((edition ?? work ?? workRecord) !== undefined) return { kind: "found", books: [] };
      const terms = [
        ...(words === undefined ? [] : [words]),
        ...(title === undefined ? [] : [`intitle:${quoted(title)}`]),
        ...(author === undefined ? [] : [`inauthor:${quoted(author)}`]),
      ];
      const wanted = Math.min(limit, MAX_SEARCH_RESULTS);
      const answer = await volumes(terms.join(" "), wanted, timeoutMs);
      if (answer.kind === "refused") return readRefusal(answer);
      if (answer.kind === "failed") return answer;
      const books = volumesToBooks(answer.body);
      return books === undefined
        ? { kind: "failed", reason: "bad_answer" }
        : { kind: "found", books };
    },
  };
}
