/**
 * The user's decisions about waiting rows. Each is held back for a while, because the service
 * cannot revert one; unsent decisions are sent at the next visit.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import { AccessError, NotFoundError } from "../../../client/src/index.ts";
import { sleep } from "../../../client/src/backoff.ts";
import { newKey } from "../../../client/src/new-key.ts";
import { createAttempt, type Attempt } from "./attempt.ts";

/** The row is this edition, is kept as the file describes it, or is dismissed. */
export type Decision =
  | { readonly kind: "choose"; readonly isbn: string; readonly title: string }
  | { readonly kind: "keep" }
  | { readonly kind: "dismiss" };

export interface Held {
  readonly id: string;
  /** The label of the row. */
  readonly name: string;
  readonly decision: Decision;
  /** Idempotency key, the same for every attempt. */
  readonly key: string;
  /** When it was decided, in ms since the epoch. */
  readonly at: number;
}

export interface ReviewOutbox {
  /** Unsent decisions, oldest first. */
  readonly held: ReadonlySignal<readonly Held[]>;
  /** Why decisions were refused, by row. Such a row is waiting again. */
  readonly refused: ReadonlySignal<ReadonlyMap<string, unknown>>;
  readonly attempt: Attempt;
  decide(row: { id: string; name: string }, decision: Decision): void;
  /** Reverts the last unsent decision. @returns undefined if there is none */
  undo(): Held | undefined;
  /** Sends everything now, because the user is leaving. */
  flush(): Promise<void>;
}

export interface ReviewOutboxDeps {
  /** Safe to call again with the same `key`. */
  send(held: Held): Promise<void>;
  /** Called after each decision has been carried out. */
  onSent(): void;
  read(): unknown;
  write(held: readonly Held[]): void;
  now(): number;
  pause?: typeof sleep;
  attempt?: Attempt;
}

/** The same time for which other actions of the app can be undone. */
export const UNDO_MS = 10_000;

export function createReviewOutbox(deps: ReviewOutboxDeps): ReviewOutbox {
  const held = signal<readonly Held[]>(heldOf(deps.read()));
  const refused = signal<ReadonlyMap<string, unknown>>(new Map());
  const attempt = deps.attempt ?? createAttempt();
  const pause = deps.pause ?? sleep;
  let running: Promise<void> | undefined;
  let waiting = new AbortController();
  let isFlushing = false;
  let sending: string | undefined;

  const set = (next: readonly Held[]): void => {
    held.value = next;
    deps.write(next);
  };
  const remove = ({ id }: Held): void => set(held.peek().filter((one) => one.id !== id));

  /** @returns whether to continue with the next one */
  const send = async (next: Held): Promise<boolean> => {
    sending = next.id;
    const isSent = await attempt.run(async () => {
      await deps.send(next);
      return true;
    });
    sending = undefined;
    const { value: state } = attempt.state;
    if (!isSent && state.kind !== "failed") return false;
    const error = state.kind === "failed" ? state.error : undefined;
    // The decision waits for the user to sign in again.
    if (error instanceof AccessError) return false;
    remove(next);
    attempt.stop();
    if (error === undefined) deps.onSent();
    // Another device may have settled the row.
    else if (!isSettledElsewhere(error)) {
      refused.value = new Map([...refused.peek(), [next.id, error]]);
    }
    return true;
  };

  const loop = async (): Promise<void> => {
    for (let next = held.peek()[0]; next; next = held.peek()[0]) {
      const ms = isFlushing ? 0 : next.at + UNDO_MS - deps.now();
      if (ms > 0) {
        waiting = new AbortController();
        await pause(ms, waiting.signal).catch(() => undefined);
      } else if (!(await send(next))) {
        return;
      }
    }
  };
  const start = (): Promise<void> => {
    running ??= loop().finally(() => {
      running = undefined;
      isFlushing = false;
    });
    return running;
  };

  return {
    held,
    refused,
    attempt,
    decide({ id, name }, decision) {
      const others = held.peek().filter((one) => one.id !== id);
      set([...others, { id, name, decision, key: newKey(), at: deps.now() }]);
      const { [id]: _before, ...rest } = Object.fromEntries(refused.peek());
      refused.value = new Map(Object.entries(rest));
      void start();
    },
    undo() {
      const last = held.peek().findLast(({ id }) => id !== sending);
      if (last) remove(last);
      return last;
    },
    async flush() {
      isFlushing = true;
      waiting.abort();
      await start();
    },
  };
}

/** A 404 for the row, not for the chosen book. */
const isSettledElsewhere = (error: unknown): boolean =>
  error instanceof NotFoundError && error.code === "NOT_FOUND";

/** Parses the decisions of the last visit, which may be damaged. */
export function heldOf(stored: unknown): Held[] {
  if (!Array.isArray(stored)) return [];
  return stored.filter((one: unknown): one is Held => {
    if (typeof one !== "object" || one === null) return false;
    const { id, name, key, at, decision } = one as Record<string, unknown>;
    return (
      [id, name, key].every((text) => typeof text === "string") &&
      typeof at === "number" &&
      isDecision(decision)
    );
  });
}

function isDecision(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { kind, isbn } = value as Record<string, unknown>;
  return kind === "keep" || kind === "dismiss" || (kind === "choose" && typeof isbn === "string");
}
