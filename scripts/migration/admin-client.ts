import { LaunchError } from "../local/launch-error.ts";

/** A service that restarts is back well within this. */
const AWAY_MS = 120_000;
const RETRY_MS = 1_000;
const ANSWER_MS = 30_000;

/** The operator's side of a service, local or remote. */
export interface AdminClient {
  /** @throws LaunchError when the service refuses, except with one of `accepted` */
  call(
    method: "GET" | "POST",
    path: string,
    accepted?: readonly number[],
  ): Promise<{ status: number; body: unknown }>;
}

/**
 * Calls `/admin` with the token of a service at an http(s) URL. A service that cannot be reached, or cannot answer at the moment, is asked again for
 * two minutes: a GET always, a POST only if it did not get through.
 * @throws LaunchError when it is no such URL
 */
export function adminClient(url: string, token: string): AdminClient {
  const base = url.replace(/\/+$/, "");
  if (!/^https?:\/\//.test(base) || !URL.canParse(base)) {
    throw new LaunchError(`"${url}" is not the URL of a service, such as http://127.0.0.1:8787.`);
  }
  return {
    async call(method, path, accepted = []) {
      const deadline = Date.now() + AWAY_MS;
      for (;;) {
        const answer = await ask(`${base}/admin/${path}`, method, token);
        const isDone = answer.kind === "answer" && (method === "POST" || answer.status < 500);
        if (isDone) {
          const { status, body } = answer;
          if (status < 300 || accepted.includes(status)) return { status, body };
          throw new LaunchError(`The service refused (${status}): ${detailOf(body)}`);
        }
        if (Date.now() > deadline || isDisabled(answer)) {
          throw new LaunchError(`${base} does not answer: ${reasonOf(answer)}`);
        }
        await new Promise((done) => setTimeout(done, RETRY_MS));
      }
    },
  };
}

type Answer = { kind: "answer"; status: number; body: unknown } | { kind: "away"; error: unknown };

async function ask(url: string, method: string, token: string): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { kind: "answer", status: response.status, body: await response.json() };
  } catch (error) {
    return { kind: "away", error };
  }
}

function isDisabled(answer: Answer): boolean {
  return answer.kind === "answer" && codeOf(answer.body) === "ADMIN_DISABLED";
}

function reasonOf(answer: Answer): string {
  if (answer.kind === "answer") return detailOf(answer.body);
  const { error } = answer;
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

const member = (body: unknown, name: string): unknown =>
  typeof body === "object" && body !== null ? (body as Record<string, unknown>)[name] : undefined;
const codeOf = (body: unknown): unknown => member(body, "code");

function detailOf(body: unknown): string {
  const detail = member(body, "detail");
  return typeof detail === "string" ? detail : JSON.stringify(body);
}
