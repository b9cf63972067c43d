import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AccessError, createClient } from "../../client/src/index.ts";
import { LaunchError } from "../local/launch-error.ts";
import { sampleArchive } from "./reading-life.ts";

/** The account with the sample library, as stored in the demo's state folder. */
interface SampleAccount {
  readonly userId: string;
  readonly token: string;
  readonly recoveryCode: string;
  /** Whether the import of the library is complete. */
  readonly isFilled: boolean;
}

/** How to sign in to the sample library. */
export interface SampleSignIn {
  /** Link to the web app, with a code for one sign-in within five minutes. */
  readonly link: string;
  readonly userId: string;
  readonly recoveryCode: string;
}

/**
 * Finds the account of the sample library, or creates it and fills its shelf. Safe to repeat after
 * a kill: an import into a partly filled shelf adds the rest.
 * @param url of the service
 * @param folder where the account is stored
 * @throws LaunchError if the library cannot be imported
 */
export async function sampleSignIn(
  url: string,
  folder: string,
  signal: AbortSignal,
): Promise<SampleSignIn> {
  const file = join(folder, "sample-account.json");
  const kept = keptIn(file);
  const account = kept && (await isKnown(url, kept, signal)) ? kept : await created(url, file);
  const client = createClient({ baseUrl: url, token: account.token });
  if (!account.isFilled) {
    const today = new Date().toISOString().slice(0, 10);
    const { jobId } = await client.imports.start(sampleArchive(today), {
      name: "sample-library.ndjson",
      signal,
    });
    let status = "";
    for await (const { snapshot } of client.imports.watch(jobId, { isAccepted: true, signal })) {
      status = snapshot.status;
    }
    if (status !== "completed") {
      throw new LaunchError(
        `The sample library was not imported: the status of its import is ${status}.`,
      );
    }
    keep(file, { ...account, isFilled: true });
  }
  const { code } = await client.accounts.pair({ signal });
  return { link: `${url}/pair#${code}`, ...account };
}

async function created(url: string, file: string): Promise<SampleAccount> {
  const { userId, token, recoveryCode } = await createClient({ baseUrl: url }).accounts.create();
  const account = { userId, token, recoveryCode, isFilled: false };
  keep(file, account);
  return account;
}

/** Whether the account still exists: a visitor of the demo may have deleted it. */
async function isKnown(
  url: string,
  { token }: SampleAccount,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await createClient({ baseUrl: url, token }).accounts.current({ signal });
    return true;
  } catch (error) {
    if (error instanceof AccessError) return false;
    throw error;
  }
}

function keptIn(file: string): SampleAccount | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as SampleAccount;
  } catch {
    // The file does not exist, or a kill has truncated it.
    return undefined;
  }
}

function keep(file: string, account: SampleAccount): void {
  const part = `${file}.part`;
  writeFileSync(part, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, file);
}
