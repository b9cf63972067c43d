import type { AppliedChanges } from "../../idempotency/domain/applied-change.ts";
import type { Settings } from "../../library/domain/settings.ts";
import { timeZoneNamed } from "../../platform/time-zone.ts";
import { contended, invalid, refused, type ChangeOutcome } from "./change-result.ts";
import { isStale, type Base } from "./conflicts.ts";

/** Dependencies of edits of settings. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface SettingEditDeps {
  settings: Settings;
  applied: AppliedChanges;
  now(): number;
}

/** An edit of the account's time zone, its only setting so far. */
export interface SettingEdit {
  userId: string;
  key: string;
  name: "timeZone";
  /** Null restores the default. */
  value: string | null;
  base: Base;
}

/** Each lost attempt means that another writer of the settings succeeded. */
const MAX_ATTEMPTS = 20;

/** Sets a setting, unless someone else has changed it since the user's edit. */
export async function changeSetting(
  { userId, key, name, value, base }: SettingEdit,
  deps: SettingEditDeps,
): Promise<ChangeOutcome> {
  const wanted = timeZoneNamed(value ?? "UTC");
  if (wanted === undefined) {
    return invalid("body.value", "must be the name of an IANA time zone, such as Europe/Berlin");
  }
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const found = await deps.settings.find(userId);
    if (!found) return refused("NOT_FOUND", "The account no longer exists.");
    const { timeZone, version } = found;
    const at = deps.now();
    if (timeZone === wanted) {
      const outcome = { version, unchanged: true as const };
      await deps.applied.keep(userId, { key, outcome, at });
      return { kind: "applied", outcome };
    }
    if (isStale(version, base)) {
      return { kind: "conflict", fields: [name], setting: { name, value: timeZone, version } };
    }
    const outcome = { version: version + 1 };
    if (await deps.settings.setTimeZone(userId, wanted, version, { key, outcome, at })) {
      return { kind: "applied", outcome };
    }
    const before = (await deps.applied.find(userId, [key])).get(key);
    if (before) return { kind: "replayed", outcome: before };
  }
  return contended();
}
