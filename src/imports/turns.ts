import type { Platform } from "../platform/platform.ts";
import type { TakeTurn } from "./domain/turns/turn.ts";

/** The name of the Durable Object. There is only one, because there is only one database. */
export const TURNS_NAME = "imports";

/**
 * Takes turns from the Durable Object that schedules them. While it is unavailable, work continues
 * at the pace `gentle`.
 */
export function turnTaker({
  env,
  log,
  newId,
  defer,
}: Pick<Platform, "env" | "log" | "newId" | "defer">): TakeTurn {
  const turns = () => env.IMPORT_TURNS.getByName(TURNS_NAME);
  const failed = (error: unknown): void => log.error("import_turns_failed", { error });
  return async (userId) => {
    const id = newId();
    try {
      const pace = await turns().take(userId, id);
      return { pace, end: () => defer(turns().end(id).catch(failed)) };
    } catch (error) {
      failed(error);
      return { pace: "gentle", end: () => undefined };
    }
  };
}
