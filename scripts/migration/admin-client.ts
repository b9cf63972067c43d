import { LaunchError } from "../local/launch-error.ts";

/** Longer than any restart of the service. */
const AWAY_MS = 120_000;
const RETRY_MS = 1_000;
const ANSWER_MS = 30_000;

/** Client of the admin API of a service, local or remote. */
export interface AdminClient {
  /** Calls `/admin/<path>`. @throws LaunchError for an error status, unless it is one of `accepted` */
  call(
    method: "GET" | "POST",
    path: string,
    accepted?: readonly number[],
  ): Promise<{ status: number; body: unknown }>;
}

/**
 * Creates a client for the service at an http(s) URL. If the service is unavailable, it retries for two minutes: a GET always,
 * a POST only if no response arrived.
 * @throws LaunchError if the URL is invalid
 */
export function adminClient(url: string, token: string): AdminClient {
  const base = url.replace(/\/+$/, "");
  if (!/^https?:\/\//.test(base) || !URL.canParse(base)) {
    throw new LaunchError(
      `"${url}" is not the URL of a service; expected a URL such as http://127.0.0.1:8787.`,
    );
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
          throw new LaunchError(`The service rejected the request (${status}): ${detailOf(body)}`);
        }
        if (Date.now() > deadline || isDisabled(answer)) {
          throw new LaunchError(`${base} does not respond: ${reasonOf(answer)}`);
        }
        await new Promise((done) => setTimeout(done, RETRY_MS));
      }
    },
  };
}

type Answer =
  | { kind: "answer"; status: number; body: unknown }
  | { kind: "unreachable"; error: unknown };

async function ask(url: string, method: string, token: string): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { kind: "answer", status: response.status, body: await response.json() };
  } catch (error) {
    return { kind: "unreachable", error };
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
