import { announcedDatabase } from "./d1/announced.ts";
import type { Platform } from "./platform.ts";

/**
 * The database for work that writes shelves: it notifies the user's Durable Object of change streams of each write, after
 * the response, while somebody listens. A notice that is lost is made up for by the stream, which reads the number itself
 * from time to time.
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
