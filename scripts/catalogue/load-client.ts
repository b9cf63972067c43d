import { setTimeout as wait } from "node:timers/promises";
import type { BatchResult, LoadState } from "../../contract/local-catalogue.ts";
import { LaunchError } from "../local/launch-error.ts";
import type { LoadBatch } from "./batches.ts";

/** Longer than any restart of the service. */
const AWAY_MS = 120_000;
const RETRY_MS = 1000;
const ANSWER_MS = 120_000;

/** The load of one catalogue at a service. */
export interface LoadClient {
  state(): Promise<LoadState>;
  /** Sends a batch until it is acknowledged. @throws LaunchError if the service refuses it */
  send(batch: LoadBatch): Promise<BatchResult>;
}

/** @param url of the service */
export function loadClient(url: string, token: string, load: string): LoadClient {
  const base = `${url.replace(/\/+$/, "")}/admin/catalogue?load=${load}`;
  if (!URL.canParse(base) || !/^https?:\/\//.test(base)) {
    throw new LaunchError(
      `"${url}" is not the URL of a service; expected a URL such as http://127.0.0.1:8787.`,
    );
  }
  const ask = async <Answer>(address: string, init: RequestInit): Promise<Answer> => {
    const deadline = Date.now() + AWAY_MS;
    for (;;) {
      const answer = await once<Answer>(address, token, init);
      if (answer.kind === "ok") return answer.body;
      if (answer.kind === "refused") throw new LaunchError(answer.detail);
      if (Date.now() > deadline) throw new LaunchError(`${url} does not respond: ${answer.detail}`);
      await wait(RETRY_MS);
    }
  };
  return {
    state: () => ask(base, {}),
    send: ({ number, isLast, body }) =>
      ask(`${base}&batch=${number}${isLast ? "&last=1" : ""}`, {
        method: "POST",
        body,
      }),
  };
}

type Answer<Body> = { kind: "ok"; body: Body } | { kind: "refused" | "away"; detail: string };

async function once<Body>(url: string, token: string, init: RequestInit): Promise<Answer<Body>> {
  try {
    const response = await fetch(url, {
      ...init,
      headers: { "Content-Type": "application/x-ndjson", Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const body = (await response.json()) as Body & { detail?: string };
    if (response.ok) return { kind: "ok", body };
    const detail = `${body.detail ?? "no detail"} (${response.status})`;
    const isAway = response.status >= 500 || response.status === 429 || response.status === 408;
    return { kind: isAway ? "away" : "refused", detail };
  } catch (error) {
    return { kind: "away", detail: String(error) };
  }
}
