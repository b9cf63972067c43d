import type { KeptAnswer } from "../domain/answer.ts";
import type { OnceDeps } from "../domain/once.ts";
import type { Log } from "../../platform/log.ts";
import { withTimeout } from "../../platform/d1/with-timeout.ts";

/** The KV key of a copy of the answer under an idempotency key. */
const answerKey = (id: string): string => `answer:${id}`;

/** The KV value. */
interface Copy {
  fingerprint: string;
  kept: KeptAnswer;
  /** ms since the epoch. */
  expiresAt: number;
}

/** Short, because the caller has already waited for D1. */
const READ_BUDGET_MS = 500;
/** The shortest lifetime that KV accepts. */
const MIN_TTL_SECONDS = 60;

/**
 * Copies of public answers in KV, for replays while D1 is unavailable. A KV write may take a minute to become visible, so
 * KV cannot be used for claims.
 */
export function kvAnswerCopies(
  kv: KVNamespace,
  { now, log }: { now(): number; log: Log },
): OnceDeps["copies"] {
  return {
    async read(id) {
      const read = await withTimeout(READ_BUDGET_MS, kv.get<Copy>(answerKey(id), "json"));
      if (!read.ok) {
        log.error("idempotency_copy_unread", { error: read.error });
        return undefined;
      }
      return read.value !== null && now() < read.value.expiresAt ? read.value : undefined;
    },
    async write({ id, fingerprint, expiresAt }, kept) {
      const seconds = Math.ceil((expiresAt - now()) / 1000);
      const copy: Copy = { fingerprint, kept, expiresAt };
      const expirationTtl = Math.max(MIN_TTL_SECONDS, seconds);
      try {
        await kv.put(answerKey(id), JSON.stringify(copy), { expirationTtl });
      } catch (error) {
        log.error("idempotency_copy_lost", { error });
      }
    },
  };
}
