/**
 * The service's statistics, with the last answers stored on the device for visits without a
 * connection.
 */
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { LibraryStats } from "../../../../client/src/index.ts";
import type { StatsQuery } from "./period.ts";

export interface StatsView {
  /** The statistics of the current query; from the device until the service has answered. */
  readonly stats: LibraryStats | undefined;
  /** When the service sent them. */
  readonly at: number | undefined;
  /** Whether they are from an earlier visit or an earlier state of the shelf. */
  readonly isOld: boolean;
  readonly error: unknown;
}

export interface KeptAnswer {
  readonly query: string;
  readonly at: number;
  readonly stats: LibraryStats;
}

export interface SourceDeps {
  ask(query: StatsQuery): Promise<LibraryStats>;
  /** The answers on the device, newest first. */
  read(): readonly KeptAnswer[];
  write(answers: readonly KeptAnswer[]): void;
  now(): number;
}

export interface StatsSource {
  readonly view: ReadonlySignal<StatsView>;
  /** Shows a query: first the device's answer, if any, then the service's. */
  show(query: StatsQuery): Promise<void>;
  /** Requests the current query again. */
  refresh(): Promise<void>;
}

/** Maximum number of stored answers. */
const MAX_KEPT = 8;

export function createStatsSource({ ask, read, write, now }: SourceDeps): StatsSource {
  const answer = signal<KeptAnswer | undefined>(undefined);
  const isOld = signal(false);
  const error = signal<unknown>(undefined);
  let shown: StatsQuery | undefined;
  let asked = 0;

  const refresh = async (): Promise<void> => {
    if (shown === undefined) return;
    const query = shown;
    asked += 1;
    const turn = asked;
    try {
      const stats = await ask(query);
      const fresh = { query: keyOf(query), at: now(), stats };
      write([fresh, ...read().filter((kept) => kept.query !== fresh.query)].slice(0, MAX_KEPT));
      if (turn !== asked) return;
      answer.value = fresh;
      isOld.value = false;
      error.value = undefined;
    } catch (failure) {
      if (turn !== asked) return;
      isOld.value = true;
      error.value = failure;
    }
  };

  return {
    view: computed(() => ({
      stats: answer.value?.stats,
      at: answer.value?.at,
      isOld: isOld.value,
      error: error.value,
    })),
    refresh,
    async show(query) {
      shown = query;
      answer.value = read().find((kept) => kept.query === keyOf(query));
      isOld.value = false;
      error.value = undefined;
      await refresh();
    },
  };
}

const keyOf = ({ year, from, to }: StatsQuery): string => [year, from, to].join("/");
