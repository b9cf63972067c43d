import { createDesk } from "../../src/catalogue/domain/desk/desk.ts";
import type { DeskLimits, DeskRecord } from "../../src/catalogue/domain/desk/gate.ts";
import type { AskOptions, Desk } from "../../src/catalogue/domain/desk/ports.ts";
import type {
  ProviderAnswer,
  ProviderId,
  ProviderSearchAnswer,
} from "../../src/catalogue/domain/provider.ts";
import { FakeTime } from "./fake-time.ts";
import { StandInProvider } from "./stand-in-provider.ts";

/**
 * A desk with its environment: clock, provider, storage that survives the desk, and recorded
 * metrics.
 */
export interface DeskWorld {
  readonly time: FakeTime;
  readonly provider: StandInProvider;
  readonly counted: string[];
  readonly reported: string[];
  readonly observed: { name: string; value: number }[];
  readonly stored: () => DeskRecord | undefined;
  desk: Desk;
  /** Number of the desk's timers, without the provider's. */
  readonly timers: () => number;
  /** Kills the desk with its timers and waiting callers, and opens a new one on the same storage. */
  restart(): void;
}

/** An answer and its time, once it has arrived. */
export interface Answered<Answer = ProviderAnswer> {
  readonly askedAt: number;
  readonly deadline: number;
  answer?: Answer;
  answeredAt?: number;
}

export const scan: AskOptions = { lane: "scan", budgetMs: 5_000, account: true };
export const importing: AskOptions = { lane: "import", budgetMs: 60_000, account: true };

/** Opens a desk for tests. `random` returns 0.5 by default, so that jitter has its mean value. */
export function openDesk(
  options: {
    limits?: DeskLimits;
    maxBatch?: number;
    id?: ProviderId;
    random?: () => number;
    start?: number;
  } = {},
): DeskWorld {
  const time = new FakeTime(options.start);
  const provider = new StandInProvider(time, options);
  const limits = options.limits ?? { perSecond: 3 };
  const counted: string[] = [];
  const reported: string[] = [];
  const observed: { name: string; value: number }[] = [];
  let stored: string | undefined;
  let timers = new Set<() => void>();

  const open = (): Desk => {
    const own = new Set<() => void>();
    timers = own;
    // Calls of a killed desk still reach the provider, but their answers are dropped.
    const alive = <Answer>(answer: Promise<Answer>): Promise<Answer> =>
      new Promise((resolve, reject) => {
        answer.then(
          (value) => own === timers && resolve(value),
          (error: unknown) => own === timers && reject(error),
        );
      });
    return createDesk({
      provider: {
        id: provider.id,
        maxBatch: provider.maxBatch,
        lookup: (isbns, call) => alive(provider.lookup(isbns, call)),
        search: (query, call) => alive(provider.search(query, call)),
      },
      limits,
      now: time.now,
      random: options.random ?? (() => 0.5),
      setTimer: (delayMs, fire) => {
        const cancel = time.setTimer(delayMs, () => {
          own.delete(cancelOnce);
          fire();
        });
        const cancelOnce = () => {
          own.delete(cancelOnce);
          cancel();
        };
        own.add(cancelOnce);
        return cancelOnce;
      },
      storage: {
        load: () => (stored === undefined ? undefined : (JSON.parse(stored) as DeskRecord)),
        save: (record) => {
          stored = JSON.stringify(record);
        },
      },
      metrics: {
        count: (name, labels) => {
          counted.push([name, ...Object.values(labels)].join(" "));
        },
        observe: (name, value) => observed.push({ name, value }),
      },
      report: (what) => reported.push(what),
    });
  };

  const world: DeskWorld = {
    time,
    provider,
    counted,
    reported,
    observed,
    stored: () => (stored === undefined ? undefined : (JSON.parse(stored) as DeskRecord)),
    desk: open(),
    timers: () => timers.size,
    restart: () => {
      for (const cancel of timers) cancel();
      world.desk = open();
    },
  };
  return world;
}

/** Looks up an edition and records the answer with its time. */
export function ask(world: DeskWorld, isbn: string, options: AskOptions = scan): Answered {
  return record(world, options, world.desk.lookup(isbn, options));
}

/** Searches and records the answer with its time. */
export function searchFor(
  world: DeskWorld,
  title: string,
  options: AskOptions = scan,
): Answered<ProviderSearchAnswer> {
  return record(world, options, world.desk.search({ title, limit: 20 }, options));
}

function record<Answer>(
  { time }: DeskWorld,
  { budgetMs }: AskOptions,
  promise: Promise<Answer>,
): Answered<Answer> {
  const recorded: Answered<Answer> = { askedAt: time.now(), deadline: time.now() + budgetMs };
  void promise.then((answer) => {
    recorded.answer = answer;
    recorded.answeredAt = time.now();
    return answer;
  });
  return recorded;
}

/** Number of ISBNs in each call. */
export function sizes({ provider }: DeskWorld): number[] {
  return provider.calls.map(({ isbns }) => isbns.length);
}

/** Time of each call, in ms from `start`. */
export function sentAt({ provider }: DeskWorld, start: number): number[] {
  return provider.calls.map((call) => call.sentAt - start);
}

/** The n-th of many different valid-looking ISBN-13s. */
export function isbn(n: number): string {
  return `978${String(n).padStart(10, "0")}`;
}

/** Maximum number of calls that arrived within any window of one second, including both ends. */
export function busiestSecond(arrivals: readonly number[]): number {
  const sorted = [...arrivals].sort((a, b) => a - b);
  return Math.max(
    0,
    ...sorted.map((start) => sorted.filter((at) => at >= start && at <= start + 1_000).length),
  );
}
