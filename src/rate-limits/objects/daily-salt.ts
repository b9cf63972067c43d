import { DurableObject } from "cloudflare:workers";
import { DAY_MS } from "../../platform/time.ts";

const SALT = "salt";
/** Isolates whose clocks differ request a day's salt slightly before and after the day. */
const RETENTION_MS = 2 * DAY_MS;

/**
 * One Durable Object per UTC day. It stores the secret with which all isolates hash callers' addresses on that day.
 * After its deletion a stored hash can neither be traced to a caller nor linked to a hash of another day.
 */
export class DailySalt extends DurableObject<Env> {
  /** Returns the day's salt, 122 random bits, and creates it on first use. */
  async read(): Promise<string> {
    const known = this.ctx.storage.kv.get<string>(SALT);
    if (known !== undefined) return known;
    const salt = crypto.randomUUID();
    this.ctx.storage.kv.put(SALT, salt);
    await this.ctx.storage.setAlarm(Date.now() + RETENTION_MS);
    return salt;
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}
