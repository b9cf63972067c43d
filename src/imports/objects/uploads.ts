import { DurableObject } from "cloudflare:workers";
import { isAhead, MINUTE_MS } from "../../platform/time.ts";
import { heldSlots, takeSlot, type Slots } from "../domain/upload/slots.ts";

const SLOTS = "slots";
/** Maximum retention: an upload takes at most 15 minutes, and storing its rows a few more. */
const RETENTION_MS = 20 * MINUTE_MS;

const prefixOf = (uploadId: string): string => `piece ${uploadId} `;

/**
 * The running uploads of an account, one Durable Object per account: their slots, and the files of
 * forms with options that have not arrived yet. The alarm deletes what a dead worker has left
 * behind.
 */
export class AccountUploads extends DurableObject<Env> {
  /**
   * Takes a slot for an upload or renews it. Returns false when the account has too many uploads.
   * @param key the idempotency key of the request
   * @param now ms since the epoch
   */
  async take(uploadId: string, key: string | undefined, now: number): Promise<boolean> {
    const slots = takeSlot(this.#slots, { uploadId, key }, now);
    if (slots === undefined) return false;
    this.ctx.storage.kv.put(SLOTS, slots);
    await this.#scheduleDeletion();
    return true;
  }

  /** Stores the next piece of a file, at most 1 MB. @param index from 0 */
  async addPiece(uploadId: string, index: number, piece: Uint8Array): Promise<void> {
    this.ctx.storage.kv.put(prefixOf(uploadId) + index, piece);
    await this.#scheduleDeletion();
  }

  /** Returns a piece and deletes it. Undefined when there is none. */
  async takePiece(uploadId: string, index: number): Promise<Uint8Array | undefined> {
    const key = prefixOf(uploadId) + index;
    const piece = this.ctx.storage.kv.get<Uint8Array>(key);
    this.ctx.storage.kv.delete(key);
    return piece;
  }

  /** Ends an upload: releases its slot, and deletes what it stored. */
  async end(uploadId: string): Promise<void> {
    const { [uploadId]: _ended, ...slots } = this.#slots;
    if (Object.keys(slots).length === 0) return this.forget();
    this.ctx.storage.kv.put(SLOTS, slots);
    for (const [key] of this.ctx.storage.kv.list({ prefix: prefixOf(uploadId) })) {
      this.ctx.storage.kv.delete(key);
    }
  }

  /** Deletes everything. */
  async forget(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    const held = heldSlots(this.#slots, Date.now());
    if (Object.keys(held).length === 0) return this.forget();
    for (const [key] of this.ctx.storage.kv.list({ prefix: "piece " })) {
      if (!Object.keys(held).some((id) => key.startsWith(prefixOf(id)))) {
        this.ctx.storage.kv.delete(key);
      }
    }
    await this.ctx.storage.setAlarm(Date.now() + RETENTION_MS);
  }

  async #scheduleDeletion(): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    if (set !== null && isAhead(set, RETENTION_MS, Date.now())) return;
    await this.ctx.storage.setAlarm(Date.now() + RETENTION_MS);
  }

  get #slots(): Slots {
    return this.ctx.storage.kv.get<Slots>(SLOTS) ?? {};
  }
}
