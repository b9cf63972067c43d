import { jsonPieces } from "../../platform/d1/json-pieces.ts";
import type { RefreshedItem, ShelvingPlan } from "../domain/job/shelving-plan.ts";
import type { StagedRow } from "../domain/upload/staged-row.ts";
import { IS_OURS } from "./advance.ts";
import type { StepBatch } from "./shelf-steps.ts";

/** Longer histories of an item are truncated, so that only the latest update can be undone. */
const MAX_HISTORY_BYTES = 100_000;

const IMAGE = `
  json_object('title', title, 'authors', json(authors), 'details', json(details), 'entry', json(entry), 'raw', json(raw),
    'addedAt', added_at, 'updatedBy', updated_by,
    'before', CASE WHEN octet_length(before) <= ${MAX_HISTORY_BYTES} THEN json(before) END)`;

// ?1 job, ?2 the step's token, ?3 user, ?4 items. A row of the same service replaces values; one of
// another service only adds missing ones. Status, tags and readings are merged by the domain.
const REFRESH = `
  UPDATE ReviewQueue SET
    before = CASE WHEN updated_by IS ?1 THEN before ELSE ${IMAGE} END, updated_by = ?1,
    entry = json_patch(
      CASE WHEN made.value ->> 'isOfService' THEN json_patch(entry, made.value -> 'entry')
        ELSE json_patch(made.value -> 'entry', entry) END,
      made.value -> 'known'),
    details = CASE WHEN made.value ->> 'isOfService' THEN json_patch(details, made.value -> 'details') ELSE details END,
    title = CASE WHEN made.value ->> 'isOfService' THEN coalesce(made.value ->> 'title', title) ELSE title END,
    authors = CASE WHEN made.value ->> 'isOfService' THEN coalesce(made.value -> 'authors', authors) ELSE authors END,
    raw = CASE WHEN made.value ->> 'isOfService' THEN made.value -> 'raw' ELSE raw END
  FROM json_each(?4) AS made
  WHERE ReviewQueue.id = made.value ->> 'id' AND ReviewQueue.user_id = ?3 AND ReviewQueue.state = 'open' AND ${IS_OURS}
    AND CASE WHEN made.value ->> 'isOfService' THEN raw IS NOT made.value -> 'raw'
      ELSE json_patch(json_patch(made.value -> 'entry', entry), made.value -> 'known') IS NOT entry END`;

// ?5 ms since the epoch.
const RESOLVE = `
  UPDATE ReviewQueue SET state = 'resolved', shelved_as = made.value ->> 'isbn', settled_at = ?5, resolved_by = ?1
  FROM json_each(?4) AS made
  WHERE ReviewQueue.id = made.value ->> 'id' AND ReviewQueue.user_id = ?3 AND ReviewQueue.state = 'open' AND ${IS_OURS}`;

/**
 * Statements that update waiting items, and settle those that the step shelves.
 * @param staged the rows of the step by number
 */
export function itemStatements(
  db: D1Database,
  { jobId, token, userId }: StepBatch,
  { resolved, refreshed }: Pick<ShelvingPlan, "resolved" | "refreshed">,
  { staged, at }: { staged: ReadonlyMap<number, StagedRow>; at: number },
): D1PreparedStatement[] {
  const bound = (sql: string, list: readonly unknown[], ...values: unknown[]) =>
    jsonPieces(list).map((piece) => db.prepare(sql).bind(jobId, token, userId, piece, ...values));
  const items = refreshed.flatMap((item) => {
    const row = staged.get(item.row);
    return row ? [valuesOf(item, row)] : [];
  });
  return [...bound(REFRESH, items), ...bound(RESOLVE, resolved, at)];
}

function valuesOf(
  { id, isOfService, known }: RefreshedItem,
  { parsed, raw = {} }: StagedRow,
): Record<string, unknown> {
  const { title, authors, ...details } = parsed?.book ?? {};
  const entry = parsed?.entry ?? {};
  return { id, isOfService, known, entry, details, title, authors, raw };
}
