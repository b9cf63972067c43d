import type {
  Provider,
  ProviderAnswer,
  ProviderFailed,
  ProviderId,
  ProviderSearchAnswer,
  TitleQuery,
} from "../../src/catalogue/domain/provider.ts";
import type { FakeTime } from "./fake-time.ts";

/**
 * How the stand-in handles a call. `silence` lets the call time out; `hang` answers after a minute and ignores the timeout.
 */
export interface Behaviour {
  readonly answer: "found" | "absent" | "silence" | "hang" | "throw" | ProviderFailed;
  /** Time from the call to its response. Default: 270 ms, Open Library's median. */
  readonly latencyMs?: number;
  /** Time from the call to its arrival at the provider. Default: 0; never more than the latency. */
  readonly networkMs?: number;
}

/** A call as recorded by the stand-in. */
export interface SeenCall {
  readonly sentAt: number;
  readonly arrivedAt: number;
  readonly timeoutMs: number;
  readonly isbns: readonly string[];
  readonly query?: TitleQuery;
}

/** A provider on a fake clock. It records every call and handles it as set by `behave`. */
export class StandInProvider implements Provider {
  readonly id: ProviderId;
  readonly maxBatch: number;
  readonly calls: SeenCall[] = [];
  behave: (call: SeenCall, index: number) => Behaviour = () => ({ answer: "found" });
  readonly #time: FakeTime;

  constructor(time: FakeTime, options: { id?: ProviderId; maxBatch?: number } = {}) {
    this.#time = time;
    this.id = options.id ?? "openlibrary";
    this.maxBatch = options.maxBatch ?? 25;
  }

  async lookup(
    isbns: readonly string[],
    { timeoutMs }: { timeoutMs: number },
  ): Promise<Map<string, ProviderAnswer>> {
    const answer = await this.#call({ isbns, timeoutMs });
    return new Map(isbns.map((isbn) => [isbn, answer === "found" ? found(isbn) : answer]));
  }

  async search(
    query: TitleQuery,
    { timeoutMs }: { timeoutMs: number },
  ): Promise<ProviderSearchAnswer> {
    const answer = await this.#call({ isbns: [], query, timeoutMs });
    if (answer === "found") return { kind: "found", books: [book("9780306406157")] };
    return answer.kind === "failed" ? answer : { kind: "found", books: [] };
  }

  #call(
    asked: Pick<SeenCall, "isbns" | "query" | "timeoutMs">,
  ): Promise<"found" | { kind: "absent" } | ProviderFailed> {
    const sentAt = this.#time.now();
    const seen = { ...asked, sentAt, arrivedAt: sentAt };
    const behaviour = this.behave(seen, this.calls.length);
    const { answer, networkMs = 0 } = behaviour;
    const latencyMs = answer === "silence" ? Infinity : (behaviour.latencyMs ?? 270);
    const timesOut = latencyMs > asked.timeoutMs;
    const arrivedAt = sentAt + (timesOut ? networkMs : Math.min(networkMs, latencyMs));
    this.calls.push({ ...seen, arrivedAt });
    return new Promise((resolve, reject) => {
      if (answer === "hang") {
        this.#time.setTimer(60_000, () => resolve("found"));
        return;
      }
      this.#time.setTimer(Math.min(latencyMs, asked.timeoutMs), () => {
        if (timesOut) resolve({ kind: "failed", reason: "timeout" });
        else if (answer === "throw") reject(new Error("thrown by the stand-in"));
        else if (answer === "absent") resolve({ kind: "absent" });
        else if (answer !== "silence") resolve(answer);
      });
    });
  }
}

function found(isbn: string): ProviderAnswer {
  return { kind: "found", book: book(isbn) };
}

function book(isbn: string): Extract<ProviderAnswer, { kind: "found" }>["book"] {
  return { isbn, title: `Book ${isbn}`, authors: [], categories: [] };
}
