import { setTimeout as pause } from "node:timers/promises";

/** A legitimate user, with an address and the ISBNs of some of their books. */
export interface Other {
  readonly userId: string;
  readonly token: string;
  readonly address: string;
  readonly isbns: readonly string[];
}

/** Requests per second of each legitimate user, well within the default limits. */
const PER_SECOND = 4;

/** Measurements of the legitimate users: durations in ms, and responses other than 200. */
export interface Service {
  readonly durations: number[];
  readonly failures: string[];
}

/**
 * Lets the legitimate users read their shelves, search, look up and edit for some time. Requests
 * are sent on schedule, even if earlier ones take long.
 */
export async function servedOthers(
  url: string,
  { others, addressHeader, ms }: { others: readonly Other[]; addressHeader: string; ms: number },
): Promise<Service> {
  const served: Service = { durations: [], failures: [] };
  await Promise.all(
    others.map(async ({ userId, token, address, isbns }, place) => {
      const sent: Promise<void>[] = [];
      const headers = {
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/json",
        [addressHeader]: address,
      };
      await pause((place * 1000) / PER_SECOND / others.length);
      const count = Math.floor((ms / 1000) * PER_SECOND);
      const from = performance.now();
      for (let index = 0; index < count; index += 1) {
        await pause(Math.max(0, from + (index * 1000) / PER_SECOND - performance.now()));
        const isbn = isbns[index % isbns.length] ?? "";
        const requests: readonly [string, RequestInit][] = [
          [`/v1/library/${userId}`, {}],
          [`/v1/search/isbn?isbn=${isbn}`, {}],
          [
            `/v1/library/${userId}/books/${isbn}`,
            { method: "PATCH", body: JSON.stringify({ notes: `Read again, ${index}.` }) },
          ],
          [`/v1/library/${userId}/books/${isbn}`, {}],
        ];
        const [path, init] = requests[index % requests.length] ?? ["", {}];
        sent.push(timed(url + path, { ...init, headers }, served));
      }
      await Promise.all(sent);
    }),
  );
  return served;
}

async function timed(url: string, init: RequestInit, served: Service): Promise<void> {
  const from = performance.now();
  const response = await fetch(url, init);
  const text = await response.text();
  served.durations.push(performance.now() - from);
  if (response.status !== 200) served.failures.push(`${response.status} ${text.slice(0, 200)}`);
}
