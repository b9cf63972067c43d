import { announcedDatabase } from "./d1/announced.ts";
import type { Platform } from "./platform.ts";

/**
 * The database for code that writes shelves. After each write it notifies the Durable Object of the
 * user's change streams, outside the request, if a device is listening. A lost notice only causes a
 * delay: each stream also polls the sequence number.
 */
export function announcedDb({
  env,
  now,
  defer,
  log,
}: Pick<Platform, "env" | "now" | "defer" | "log">): D1Database {
  return announcedDatabase(env.DB, ({ user_id: userId, seq, listened_until: until }) => {
    if (until <= now()) return;
    const announced = env.CHANGE_HUBS.getByName(userId).announce(seq);
    defer(announced.catch((error: unknown) => log.error("change_not_announced", { error })));
  });
}
