import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { ImportAccepted } from "../../contract/imports.ts";
import { bearer } from "./accounts.ts";
import { call } from "./http.ts";
import { isbnOf, type Reader } from "./library.ts";

/** Sends a file as the request body. @param query options as a query string, with its `?` */
export function sendFile(
  { token }: Reader,
  file: BodyInit,
  {
    query = "",
    type = "text/csv",
    headers = {},
  }: {
    query?: string;
    type?: string;
    headers?: Record<string, string>;
  } = {},
): Promise<Response> {
  return call(`/api/v2/imports${query}`, {
    method: "POST",
    headers: { ...bearer(token), "Content-Type": type, ...headers },
    body: file,
  });
}

/** Sends a form with its fields in the given order. */
export function sendForm(
  { token }: Reader,
  fields: readonly (readonly [string, string | Blob])[],
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of fields) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, value, "books.csv");
  }
  return call("/api/v2/imports", {
    method: "POST",
    headers: { ...bearer(token), ...headers },
    body: form,
  });
}

/** The job of an accepted upload. @throws Error if it was not accepted */
export async function accepted(response: Response): Promise<ImportAccepted> {
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
  const job = await response.json<ImportAccepted>();
  expect(response.headers.get("Location")).toBe(job.statusUrl);
  return job;
}

/** A CSV with a plain list of books. */
export function listOf(count: number, from = 1): string {
  const rows = Array.from({ length: count }, (_, index) =>
    [`Book ${from + index}`, "Ann Author", isbnOf(from + index)].join(","),
  );
  return ["Title,Author,ISBN", ...rows].join("\r\n");
}

/** Number of import jobs of a user, and of their rows: stored so far, and in total. */
export async function traces(userId: string): Promise<{ jobs: number; rows: number }> {
  const statement = env.DB.prepare(
    `SELECT count(*) AS jobs, coalesce(sum(max(coalesce(total_rows, 0), (
       SELECT coalesce(sum(json_array_length(rows)), 0) FROM ImportChunks AS staged WHERE staged.job_id = job.job_id
     ))), 0) AS rows
     FROM ImportJobs AS job WHERE user_id = ?1`,
  );
  const found = await statement.bind(userId).first<{ jobs: number; rows: number }>();
  if (!found) throw new Error("The count returned no row.");
  return found;
}
