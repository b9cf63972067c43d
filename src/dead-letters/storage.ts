import type { DeadLetter, StoredLetter, LetterPosition } from "./domain/dead-letter.ts";
import { withoutNulls } from "../platform/defined.ts";
import type { QueueName } from "../platform/queues.ts";
import type { Log } from "../platform/log.ts";
import { d1Errors } from "../platform/d1/database.ts";
import type { GaugeSample } from "../platform/metrics/prometheus.ts";

/** A row of DeadLetters; `body` is JSON. */
interface LetterRow {
  id: string;
  queue: QueueName;
  body: string;
  attempts: number;
  failed_at: number;
  retried_at: number | null;
}

const COLUMNS = "id, queue, body, attempts, failed_at, retried_at";

// A letter that is delivered twice is stored once. A letter of an import is deleted with its user.
const KEEP = `
  INSERT INTO DeadLetters (id, queue, body, user_id, attempts, failed_at)
  SELECT letter.value ->> 'id', letter.value ->> 'queue', letter.value -> 'body',
    (SELECT user_id FROM ImportJobs WHERE job_id = letter.value ->> '$.body.jobId'),
    letter.value ->> 'attempts', letter.value ->> 'failedAt'
  FROM json_each(?1) AS letter WHERE true
  ON CONFLICT(id) DO NOTHING`;

const FIND = `SELECT ${COLUMNS} FROM DeadLetters WHERE id = ?1`;

const OPEN = `
  SELECT ${COLUMNS} FROM DeadLetters
  WHERE state = 'open' AND (failed_at, id) > (?1, ?2) ORDER BY failed_at, id LIMIT ?3`;

const MARK_RETRIED = `
  UPDATE DeadLetters SET state = 'retried', retried_at = ?2 WHERE id = ?1 AND state = 'open'`;

/** Dead letters in D1. Every call throws DomainError DATABASE_UNAVAILABLE when D1 is unavailable. */
export interface DeadLetters {
  keep(letters: readonly DeadLetter[]): Promise<void>;
  find(id: string): Promise<StoredLetter | undefined>;
  /** Letters that have not been retried, oldest first. */
  open(after: LetterPosition | undefined, limit: number): Promise<StoredLetter[]>;
  /** @param at ms since the epoch */
  markRetried(id: string, at: number): Promise<void>;
}

/** @param log receives every failure. */
export function d1DeadLetters(db: D1Database, log: Log): DeadLetters {
  const { read, write } = d1Errors(log);
  return {
    async keep(letters) {
      await write(db.prepare(KEEP).bind(JSON.stringify(letters)).run());
    },
    async find(id) {
      const row = await read(db.prepare(FIND).bind(id).first<LetterRow>());
      return row ? letterOf(row) : undefined;
    },
    async open(after, limit) {
      const { failedAt, id } = after ?? { failedAt: -1, id: "" };
      const statement = db.prepare(OPEN).bind(failedAt, id, limit);
      return (await read(statement.all<LetterRow>())).results.map(letterOf);
    },
    async markRetried(id, at) {
      await write(db.prepare(MARK_RETRIED).bind(id, at).run());
    },
  };
}

function letterOf(row: LetterRow): StoredLetter {
  return {
    id: row.id,
    queue: row.queue,
    body: JSON.parse(row.body) as unknown,
    attempts: row.attempts,
    failedAt: row.failed_at,
    ...withoutNulls({ retriedAt: row.retried_at }),
  };
}

const DEAD_LETTERS = "SELECT count(*) AS letters FROM DeadLetters WHERE state = 'open'";

/** The number of open dead letters. */
export async function deadLetterGauges(db: D1Database): Promise<GaugeSample[]> {
  const value = (await db.prepare(DEAD_LETTERS).first<number>("letters")) ?? 0;
  return [{ name: "dead_letters", labels: {}, value }];
}
