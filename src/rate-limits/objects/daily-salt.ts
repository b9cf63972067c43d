import { DurableObject } from "cloudflare:workers";
import { DAY_MS } from "../domain/policy.ts";

const SALT = "salt";
/** Isolates whose clocks differ ask for a day a little before and after it. */
const RETENTION_MS = 2 * DAY_MS;

/**
 * One object a UTC day: the secret with which callers' addresses are hashed on that day, the same for all isolates.
 * Once it is deleted nobody can tell whose a stored hash was, or that two of different days belong together.
 */
export class DailySalt extends DurableObject<Env> {
  /** The day's salt, 122 random bits; made when it is first asked for. */
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
