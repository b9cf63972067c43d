/** The service's response to a lookup from D1. @param book JSON as stored in D1 */
export function lookupAnswer(book: string): Response {
  const timestamp = new Date().toISOString();
  return new Response(
    `{"success":true,"data":{"book":${book.slice(0, -1)},"_cacheSource":"d1"}},"metadata":{"timestamp":"${timestamp}"}}`,
    { headers: { "Content-Type": "application/json" } },
  );
}
