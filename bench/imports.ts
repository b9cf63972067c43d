import type { ImportAccepted, ImportSnapshot } from "../contract/imports.ts";
import type { CatalogueBook } from "../test/tools/stand-in/catalogue-book.ts";

/** A reader's import that was taken. */
export interface TakenImport {
  readonly job: ImportAccepted;
  /** The state of the job as polling shows it. */
  poll(): Promise<ImportSnapshot>;
}

/** Uploads a file for a reader of its own. @throws Error when it is not taken */
export async function uploadFile(url: string, file: string): Promise<TakenImport> {
  const account = await fetch(`${url}/api/v2/users`, { method: "POST" });
  const { token } = (await account.json()) as { token: string };
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v2/imports`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "text/csv" },
    body: file,
  });
  if (response.status !== 202) throw new Error(await response.text());
  const job = (await response.json()) as ImportAccepted;
  return {
    job,
    async poll() {
      const polled = await fetch(`${url}${job.statusUrl}`, { headers });
      return (await polled.json()) as ImportSnapshot;
    },
  };
}

/** Polls until a job is as wanted. @throws Error when it ends otherwise */
export async function pollUntil(
  { poll }: TakenImport,
  isWanted: (job: ImportSnapshot) => boolean,
  everyMs: number,
): Promise<ImportSnapshot> {
  for (;;) {
    const job = await poll();
    if (isWanted(job)) return job;
    if (job.status !== "queued" && job.status !== "processing") throw new Error(job.message);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** A plain list of books. */
export function listOf(books: readonly CatalogueBook[]): string {
  const rows = books.map(({ isbn13, title, authors }) =>
    [`"${title}"`, `"${authors[0]}"`, isbn13, "read"].join(","),
  );
  return ["Title,Author,ISBN13,Exclusive Shelf", ...rows].join("\n");
}
