import type { ImportAccepted, ImportSnapshot } from "../contract/imports.ts";

const LOOK_EVERY_MS = 25;

/** A reader of a service, with a file of his that is on its way. */
export interface StartedImport {
  readonly userId: string;
  readonly job: ImportAccepted;
  readonly headers: Readonly<Record<string, string>>;
  /** When the upload began, as of performance.now(). */
  readonly from: number;
  readonly uploadMs: number;
}

/** Hands a CSV over for a reader of its own. @throws Error unless it is accepted */
export async function startImport(url: string, file: string): Promise<StartedImport> {
  const account = await fetch(`${url}/api/v2/users`, { method: "POST" });
  const { userId, token } = (await account.json()) as { userId: string; token: string };
  const headers = { Authorization: `Bearer ${token}` };
  const from = performance.now();
  const response = await fetch(`${url}/api/v2/imports`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "text/csv" },
    body: file,
  });
  if (response.status !== 202) throw new Error(await response.text());
  const job = (await response.json()) as ImportAccepted;
  return { userId, job, headers, from, uploadMs: performance.now() - from };
}

/** Polls until a job is as wanted. @throws Error when it ends otherwise */
export async function pollUntil(
  url: string,
  { job, headers }: StartedImport,
  isWanted: (snapshot: ImportSnapshot) => boolean,
  everyMs = LOOK_EVERY_MS,
): Promise<ImportSnapshot> {
  for (;;) {
    const polled = await fetch(`${url}${job.statusUrl}`, { headers });
    const snapshot = (await polled.json()) as ImportSnapshot;
    if (isWanted(snapshot)) return snapshot;
    if (snapshot.status !== "queued" && snapshot.status !== "processing") {
      throw new Error(snapshot.message);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
