/** Values for every scanned book, and feedback for scans. Stored on this device. */
import { STATUSES, type Status } from "../../../ui/words/text.ts";

export interface Choices {
  readonly status?: Status | undefined;
  readonly tags: readonly string[];
}

export interface ScanPreferences extends Choices {
  readonly sound: boolean;
  readonly vibration: boolean;
}

const MAX_TAGS = 20;

/** Parses the stored preferences, which may be from another version or damaged. */
export function scanPreferencesOf(stored: unknown): ScanPreferences {
  const kept = objectOf(stored);
  return {
    ...choicesOf(kept),
    sound: kept["sound"] === true,
    vibration: kept["vibration"] !== false,
  };
}

export function choicesOf(stored: unknown): Choices {
  const { status, tags } = objectOf(stored);
  return {
    status: STATUSES.find((known) => known === status),
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [],
  };
}

/** Tags as typed by the user, separated by commas. */
export function tagsOf(text: string): string[] {
  const tags = text.split(",").map((tag) => tag.trim());
  const seen = new Map(tags.map((tag) => [tag.toLowerCase(), tag]));
  seen.delete("");
  return [...seen.values()].slice(0, MAX_TAGS);
}

const objectOf = (stored: unknown): Record<string, unknown> =>
  (typeof stored === "object" && stored !== null ? stored : {}) as Record<string, unknown>;
