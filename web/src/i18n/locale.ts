import { signal } from "@preact/signals";

export const LOCALES = ["en", "de"] as const;
export type Locale = (typeof LOCALES)[number];

/** The language of the app. Change it by `setLanguage` of state/preferences.ts, which loads the texts first. */
export const locale = signal<Locale>("en");

/** The first of a user's languages that the app has; English if it has none. */
export function localeOf(languages: readonly string[]): Locale {
  for (const language of languages) {
    const found = LOCALES.find((known) => language.toLowerCase().split("-")[0] === known);
    if (found) return found;
  }
  return "en";
}
