import { isAhead, MINUTE_MS } from "../../../platform/time.ts";

/** Maximum number of concurrent uploads per account. */
export const MAX_UPLOADS = 2;
/**
 * Maximum number of concurrent requests per upload: the first one and a repeat with its idempotency
 * key.
 */
export const MAX_REPEATS = 2;
/** An upload that was not renewed for this long no longer counts: its worker is dead. */
export const SLOT_MS = MINUTE_MS;

/** An upload in progress. */
export interface Slot {
  /** When it stops counting, in ms since the epoch. */
  endsAt: number;
  /** The idempotency key of the request: it and its repeat count as one upload. */
  key?: string | undefined;
}

/** The uploads in progress of one account, by their ids. */
export type Slots = Readonly<Record<string, Slot>>;

/** Slots without those that have expired. */
export function heldSlots(slots: Slots, now: number): Slots {
  const held = Object.entries(slots).filter(([, { endsAt }]) => isAhead(endsAt, SLOT_MS, now));
  return Object.fromEntries(held);
}

/**
 * Takes a slot for an upload, or renews it.
 * @param key the idempotency key of the request, if it has one
 * @returns undefined when other uploads occupy all slots, or this upload has the maximum number of
 * requests
 */
export function takeSlot(
  slots: Slots,
  { uploadId, key }: { uploadId: string; key: string | undefined },
  now: number,
): Slots | undefined {
  const { [uploadId]: _own, ...others } = heldSlots(slots, now);
  const uploads = new Set(
    Object.entries(others).map(([id, other]) =>
      other.key === undefined ? `upload ${id}` : `key ${other.key}`,
    ),
  );
  const repeats = Object.values(others).filter((other) => key !== undefined && other.key === key);
  if (repeats.length >= MAX_REPEATS) return undefined;
  uploads.delete(`key ${key}`);
  if (uploads.size >= MAX_UPLOADS) return undefined;
  return { ...others, [uploadId]: { endsAt: now + SLOT_MS, key } };
}
