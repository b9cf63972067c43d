import type { Charge, Use } from "../domain/charge.ts";

/**
 * Condition of a charged statement: every charge fits into what is left.
 * @param charges parameter of the charges, `Charge[]` as JSON
 */
export const fitsSql = (charges: string): string => `NOT EXISTS (
    SELECT 1 FROM json_each(${charges}) AS due
    LEFT JOIN QuotaUses AS spent ON spent.subject = due.value ->> 'subject'
      AND spent.quota = due.value ->> 'quota' AND spent.day = due.value ->> 'day'
    WHERE due.value ->> 'amount' > 0
      AND coalesce(spent.used, 0) + (due.value ->> 'amount') > due.value ->> 'limit'
  )`;

/**
 * Counts charges, in the batch of the charged work.
 * @param charges parameter of the charges, as JSON
 * @param condition when they are counted; it may use any parameter
 */
export const chargeSql = (charges: string, condition: string): string => `
  INSERT INTO QuotaUses (subject, quota, day, user_id, used)
  SELECT value ->> 'subject', value ->> 'quota', value ->> 'day', value ->> 'userId', value ->> 'amount'
  FROM json_each(${charges}) WHERE value ->> 'amount' > 0 AND ${condition}
  ON CONFLICT(subject, quota, day) DO UPDATE SET used = used + excluded.used`;

/**
 * Gives charges back.
 * @param from tables in which `back.value` is a charge, such as `json_each(?1) AS back`
 * @param condition which of them to give back
 * @param amount how much of each
 */
export const giveBackSql = (
  from: string,
  condition: string,
  amount = "back.value ->> 'amount'",
): string => `
  UPDATE QuotaUses SET used = max(0, used - returned.amount)
  FROM (
    SELECT back.value ->> 'subject' AS subject, back.value ->> 'quota' AS quota, back.value ->> 'day' AS day,
      sum(${amount}) AS amount
    FROM ${from} WHERE ${condition} GROUP BY 1, 2, 3
  ) AS returned
  WHERE QuotaUses.subject = returned.subject AND QuotaUses.quota = returned.quota AND QuotaUses.day = returned.day`;

/** The present use of the quotas of some charges. ?1 the charges as JSON. */
const USES = `
  SELECT spent.subject, spent.quota, spent.day, spent.used
  FROM json_each(?1) AS due
  CROSS JOIN QuotaUses AS spent ON spent.subject = due.value ->> 'subject'
    AND spent.quota = due.value ->> 'quota' AND spent.day = due.value ->> 'day'`;

/** The statement that reads the present use of the quotas of some charges: rows of `Use`. */
export function usesStatement(
  db: D1Database,
  charges: readonly Pick<Charge, "subject" | "quota" | "day">[],
): D1PreparedStatement {
  return db.prepare(USES).bind(JSON.stringify(charges));
}

/** Reads the present use of the quotas of some charges. */
export async function readUses(
  db: D1Database,
  charges: readonly Pick<Charge, "subject" | "quota" | "day">[],
): Promise<Use[]> {
  return (await usesStatement(db, charges).all<Use>()).results;
}
