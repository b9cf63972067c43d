import { Agent, get } from "node:http";
import { runtimeCpuSeconds } from "./cpu.ts";
import type { Served } from "./load.ts";

/** A response with status 200. */
export interface Answer {
  readonly ms: number;
  /** Value of `X-Cache-Source`, such as `d1; state=fresh`. */
  readonly source: string | undefined;
  readonly body: string;
}

/** The responses in the order of the requests, and totals. */
export interface Asked {
  readonly answers: readonly Answer[];
  readonly requestsPerSecond: number;
  /** CPU time of the runtime per request. */
  readonly cpuMicroseconds: number | undefined;
}

/**
 * Requests each path once, over `connections` connections; each sends its next request when the previous one is answered.
 * After `seconds` no further requests are sent, and the remaining paths have no answer.
 * @throws Error if any status is not 200
 */
export async function ask(
  served: Pick<Served, "url"> & Partial<Served>,
  paths: readonly string[],
  connections: number,
  seconds = Infinity,
): Promise<Asked> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers: Answer[] = [];
  let next = 0;
  const connection = async (): Promise<void> => {
    while (next < paths.length && performance.now() < endsAt) {
      const index = next;
      next += 1;
      answers[index] = await askOnce(served.url + (paths[index] ?? ""), agent);
    }
  };
  const cpuBefore = cpuOf(served);
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  try {
    await Promise.all(Array.from({ length: connections }, connection));
  } finally {
    agent.destroy();
  }
  const took = (performance.now() - startedAt) / 1000;
  const cpuAfter = cpuOf(served);
  return {
    answers,
    requestsPerSecond: answers.length / took,
    cpuMicroseconds:
      cpuBefore === undefined || cpuAfter === undefined
        ? undefined
        : ((cpuAfter - cpuBefore) / answers.length) * 1e6,
  };
}

const cpuOf = ({ stateDir }: Partial<Served>): number | undefined =>
  stateDir === undefined ? undefined : runtimeCpuSeconds(stateDir);

function askOnce(url: string, agent: Agent): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => (body += text));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode !== 200) {
          reject(new Error(`${url}: ${response.statusCode} ${body.slice(0, 300)}`));
          return;
        }
        const source = response.headers["x-cache-source"];
        resolve({
          ms: performance.now() - startedAt,
          source: Array.isArray(source) ? source.join() : source,
          body,
        });
      });
    });
    request.on("error", reject);
  });
}
