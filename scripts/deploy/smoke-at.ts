/** Known to Open Library for as long as it exists. */
const ISBN = "9780140328721";

/**
 * Looks at a deployed service: it is ready, and finds a book.
 * @param version whose answers are wanted; without one whichever answers
 * @throws Error that says what was wrong
 */
export async function smokeAt(url: string, version: string | undefined): Promise<void> {
  const headers: Record<string, string> =
    version === undefined ? {} : { "Cloudflare-Workers-Version-Key": version };
  for (const path of ["/health/ready", `/v1/search/isbn?isbn=${ISBN}`]) {
    const response = await fetch(new URL(path, url), { headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    if (path.includes(ISBN) && !text.includes(ISBN)) {
      throw new Error(`${path} answered without the book: ${text}`);
    }
  }
}
