/** The bytes with which the service answers a lookup from D1, around the book as D1 holds it. */
export function lookupAnswer(book: string): Response {
  const timestamp = new Date().toISOString();
  return new Response(
    `{"success":true,"data":{"book":${book.slice(0, -1)},"_cacheSource":"d1"}},"metadata":{"timestamp":"${timestamp}"}}`,
    { headers: { "Content-Type": "application/json" } },
  );
}
