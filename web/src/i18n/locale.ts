import { signal } from "@preact/signals";

export const LOCALES = ["en", "de"] as const;
export type Locale = (typeof LOCALES)[number];

/**
 * The language of the app. Change it with `setPreferences` of state/preferences.ts, which loads the
 * texts first.
 */
export const locale = signal<Locale>("en");

/** The first of the user's languages that the app supports, or English. */
export function localeOf(languages: readonly string[]): Locale {
  for (const language of languages) {
    const found = LOCALES.find((known) => language.toLowerCase().split("-")[0] === known);
    if (found) return found;
  }
  return "en";
}
