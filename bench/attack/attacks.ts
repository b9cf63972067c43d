import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** An attacker's account, with a separate address. */
export interface Attacker {
  readonly userId: string;
  readonly token: string;
  readonly address: string;
}

/** Target and means of an attack. */
export interface Target {
  readonly url: string;
  readonly attackers: readonly Attacker[];
  /** An account with 50,000 books, for its deletion. */
  readonly doomed: Attacker;
  /** The header that holds the address of the caller. */
  readonly addressHeader: string;
  /** A file with this many books of the catalogue. */
  file(rows: number): string;
}

/** Responses to an attack by status. */
export type Statuses = Record<string, number>;

/** Runs until `signal` is aborted. */
export type Attack = (target: Target, signal: AbortSignal, statuses: Statuses) => Promise<void>;

/** The attacks, each as fast as the default limits and the attacker's connections allow. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  "parallel uploads: ten accounts, two of 5,000 rows at a time each": (target, signal, statuses) =>
    uploads(target, signal, statuses, { rows: 5000, at: "", each: 2, accounts: 10 }),
  "big uploads: three accounts, 50,000 rows each": (target, signal, statuses) =>
    uploads(target, signal, statuses, { rows: 50_000, at: "", each: 1, accounts: 3 }),
  "previews: ten accounts, two of 1,000 rows at a time each": (target, signal, statuses) =>
    uploads(target, signal, statuses, { rows: 1000, at: "?dryRun=true", each: 2, accounts: 10 }),
  "deletion of an account with 50,000 books": async (target, signal, statuses) => {
    const { userId, token, address } = target.doomed;
    await send(target, `/v1/library/${userId}`, statuses, {
      method: "DELETE",
      headers: { Authorization: `Bearer ${token}`, [target.addressHeader]: address },
    });
    await untilAborted(signal);
  },
  "slow bodies: 200 uploads of a byte a second": async (target, signal, statuses) => {
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => slowUpload(target, index, signal, statuses)),
    );
  },
  "failed tokens: ten addresses, 100 connections": (target, signal, statuses) =>
    failedTokens(target, signal, statuses, {
      connections: 100,
      addressOf: (count) => `198.51.100.${count % 10}`,
    }),
  "failed tokens: a new address each time, 200 connections": (target, signal, statuses) =>
    failedTokens(target, signal, statuses, {
      connections: 200,
      addressOf: (count) => `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`,
    }),
};

/** Sends invalid tokens. @param addressOf the address of the nth request */
async function failedTokens(
  target: Target,
  signal: AbortSignal,
  statuses: Statuses,
  { connections, addressOf }: { connections: number; addressOf(count: number): string },
): Promise<void> {
  let count = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (!signal.aborted) {
        const guess = `bt_${"0".repeat(16)}_${Math.random().toString(36).slice(2).padEnd(52, "0")}`;
        count += 1;
        await send(target, "/api/v2/users/me", statuses, {
          headers: { Authorization: `Bearer ${guess}`, [target.addressHeader]: addressOf(count) },
        });
      }
    }),
  );
}

/**
 * Uploads one file after another, and finally cancels unfinished imports, so that they do not
 * affect later measurements.
 */
async function uploads(
  target: Target,
  signal: AbortSignal,
  statuses: Statuses,
  { rows, at, each, accounts }: { rows: number; at: string; each: number; accounts: number },
): Promise<void> {
  // One row less than the limit of 50,000, because an added row makes each file unique.
  const body = target.file(rows - 1);
  const senders = target.attackers.slice(0, accounts).flatMap((one) => Array(each).fill(one));
  await Promise.all(
    (senders as Attacker[]).map(async ({ token, address }, sender) => {
      const headers = { Authorization: `Bearer ${token}`, [target.addressHeader]: address };
      const jobs: string[] = [];
      for (let round = 0; !signal.aborted; round += 1) {
        const { status, text } = await send(target, `/api/v2/imports${at}`, statuses, {
          method: "POST",
          headers: { ...headers, "Content-Type": "text/csv" },
          // Unique for each upload, because a repeated file counts once per day.
          body: `${body}\nThe file ${sender}-${round} of ${rows},Ann Author,`,
        });
        if (status === 202) jobs.push((JSON.parse(text) as { jobId: string }).jobId);
        else await pause(100);
      }
      for (const id of jobs) {
        await send(target, `/api/v2/imports/${id}/cancel`, {}, { method: "POST", headers });
      }
    }),
  );
}

/** Sends a request and counts its status. */
export async function send(
  { url }: Target,
  path: string,
  statuses: Statuses,
  init: RequestInit,
): Promise<{ status: number; text: string }> {
  const response = await fetch(url + path, init);
  const text = await response.text();
  statuses[response.status] = (statuses[response.status] ?? 0) + 1;
  return { status: response.status, text };
}

function slowUpload(
  { url, attackers, addressHeader }: Target,
  index: number,
  signal: AbortSignal,
  statuses: Statuses,
): Promise<void> {
  const { token, address } = attackers[index % attackers.length] ?? attackers[0]!;
  return new Promise((resolve) => {
    const upload = request(`${url}/api/v2/imports`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": "text/csv",
        "Transfer-Encoding": "chunked",
        [addressHeader]: address,
      },
      agent: false,
    });
    const drip = setInterval(() => upload.write("T"), 1000);
    let isEnded = false;
    const end = (outcome: string): void => {
      if (isEnded) return;
      isEnded = true;
      clearInterval(drip);
      statuses[outcome] = (statuses[outcome] ?? 0) + 1;
      upload.destroy();
      resolve();
    };
    upload.once("response", ({ statusCode }) => end(String(statusCode)));
    upload.once("error", () => end("broken off"));
    signal.addEventListener("abort", () => end("still open"), { once: true });
    upload.write("Title,Author\n");
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true }),
  );
}
