import { ConnectionError } from "../../errors.ts";
import type { ChangeResult, OutboxChange, SyncApi } from "../types.ts";

/** A fault of a request between the device and the service. */
export type Fault = "none" | "not-sent" | "answer-lost" | "partly-done" | "sent-twice";

/** An API behind a faulty network. @param faultOf determines the fault of each request */
export function faultyApi(api: SyncApi, faultOf: () => Fault): SyncApi {
  async function sent<Result>(fault: Fault, request: () => Promise<Result>): Promise<Result> {
    if (fault === "not-sent") throw new ConnectionError("not sent");
    if (fault === "sent-twice") await request();
    const answer = await request();
    if (fault === "answer-lost" || fault === "partly-done") throw new ConnectionError(fault);
    return answer;
  }
  return {
    ...api,
    changes: (query) => sent(faultOf(), () => api.changes(query)),
    async send(changes) {
      const fault = faultOf();
      const done = fault === "partly-done" ? changes.slice(0, changes.length / 2) : changes;
      return sent(fault, () => (done.length > 0 ? api.send(done) : Promise.resolve([])));
    },
  };
}

/** One value that a device's change has set, according to the service's answer. */
export interface Applied {
  key: string;
  isbn: string;
  field: string;
  to: unknown;
}

/** An API that records what the service reports as applied, once per key. */
export function journaledApi(api: SyncApi, journal: Map<string, Applied[]>): SyncApi {
  return {
    ...api,
    async send(changes, call) {
      const results = await api.send(changes, call);
      for (const change of changes) {
        const result = results.find(({ key }) => key === change.key);
        if (result?.outcome === "applied" || result?.outcome === "replayed")
          journal.set(change.key, appliedOf(change, result));
      }
      return results;
    },
  };
}

function appliedOf({ key, op, body = {} }: OutboxChange, { isbn = "" }: ChangeResult): Applied[] {
  const of = (field: string, to: unknown): Applied => ({ key, isbn, field, to });
  if (op === "progress") return [of("progress", body["page"])];
  if (op === "goal")
    return [{ key, isbn: `goal/${String(body["year"])}`, field: "goal", to: body["books"] }];
  const {
    addTags = [],
    addReadings = [],
    ...fields
  } = body as {
    addTags?: string[];
    addReadings?: { id: string }[];
  };
  return [
    ...Object.entries(fields).map(([field, to]) => of(field, to)),
    ...addTags.map((tag) => of("tag", tag)),
    ...addReadings.map(({ id }) => of("reading", id)),
  ];
}
