import { env } from "cloudflare:workers";
import { call } from "./http.ts";

/** Sends a scan; a string is a barcode. */
export function enrich(
  request: string | Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return call("/api/v2/books/enrich", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(typeof request === "string" ? { barcode: request } : request),
  });
}

/** Status and code of a problem, or status and title of a book. */
export async function gist(response: Response): Promise<[number, string | undefined]> {
  const { code, title } = await response.json<{ code?: string; title?: string }>();
  return [response.status, code ?? title];
}

/** Deletes all idempotency keys and their copies. */
export async function forgetKeys(): Promise<void> {
  await env.DB.prepare("DELETE FROM IdempotencyKeys").run();
  const { keys } = await env.IDEMPOTENCY_CACHE.list();
  await Promise.all(keys.map(({ name }) => env.IDEMPOTENCY_CACHE.delete(name)));
}
