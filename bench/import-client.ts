import type { ImportAccepted, ImportSnapshot } from "../contract/imports.ts";

const POLL_MS = 25;

/** A new user with a running import. */
export interface StartedImport {
  readonly userId: string;
  readonly job: ImportAccepted;
  readonly headers: Readonly<Record<string, string>>;
  /** Start of the upload, as performance.now(). */
  readonly from: number;
  readonly uploadMs: number;
}

/** Creates a user and uploads a CSV for them. @throws Error if the upload is not accepted */
export async function startImport(url: string, file: string): Promise<StartedImport> {
  const account = await fetch(`${url}/api/v2/users`, { method: "POST" });
  const { userId, token } = (await account.json()) as { userId: string; token: string };
  const headers = { Authorization: `Bearer ${token}` };
  return { userId, ...(await uploadAs(url, headers, file)) };
}

/** Uploads a CSV for the user of these headers. @throws Error if the upload is not accepted */
export async function uploadAs(
  url: string,
  headers: Readonly<Record<string, string>>,
  file: string,
): Promise<Omit<StartedImport, "userId">> {
  const from = performance.now();
  const response = await fetch(`${url}/api/v2/imports`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "text/csv" },
    body: file,
  });
  if (response.status !== 202) throw new Error(await response.text());
  const job = (await response.json()) as ImportAccepted;
  return { job, headers, from, uploadMs: performance.now() - from };
}

/** Polls until `isWanted` accepts the state of a job. @throws Error if the job ends before that */
export async function pollUntil(
  url: string,
  { job, headers }: Pick<StartedImport, "job" | "headers">,
  isWanted: (snapshot: ImportSnapshot) => boolean,
  everyMs = POLL_MS,
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
