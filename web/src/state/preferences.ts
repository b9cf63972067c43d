/** Choices of this device: language, theme, contrast, single-letter keys. They never leave it. */
import { computed, effect, signal } from "@preact/signals";
import { locale, localeOf, LOCALES, type Locale } from "../i18n/locale.ts";
import { textsLoaded } from "../i18n/texts.ts";
import { readStored, writeStored } from "./stored.ts";

export const THEMES = ["system", "light", "dark"] as const;
export const CONTRASTS = ["system", "normal", "more"] as const;

export interface Preferences {
  readonly theme: (typeof THEMES)[number];
  readonly contrast: (typeof CONTRASTS)[number];
  /** `undefined`: the browser's language. */
  readonly language?: Locale | undefined;
  /** Whether single letters are commands. */
  readonly letterKeys: boolean;
}

const KEY = "bookstrack.preferences";
const DEFAULTS: Preferences = { theme: "system", contrast: "system", letterKeys: true };

const chosen = signal<Preferences>(DEFAULTS);

/** The preferences of this device. */
export const preferences = computed(() => chosen.value);

/** Changes and stores some preferences. A language takes effect once its texts are loaded. */
export async function setPreferences(change: Partial<Preferences>): Promise<void> {
  chosen.value = { ...chosen.value, ...change };
  writeStored(KEY, chosen.value);
  await applyLanguage();
}

/** Applies the preferences of earlier visits. Call it once, before the first page is shown. */
export async function startPreferences(): Promise<void> {
  chosen.value = preferencesOf(readStored(KEY));
  effect(() => {
    const { theme, contrast } = chosen.value;
    setAttribute("data-theme", theme);
    setAttribute("data-contrast", contrast);
  });
  effect(() => {
    document.documentElement.lang = locale.value;
  });
  await applyLanguage();
}

/** Parses the stored preferences, which may be from another version or damaged. */
export function preferencesOf(stored: unknown): Preferences {
  const kept = (typeof stored === "object" && stored !== null ? stored : {}) as Record<
    string,
    unknown
  >;
  return {
    theme: THEMES.find((theme) => theme === kept["theme"]) ?? DEFAULTS.theme,
    contrast: CONTRASTS.find((contrast) => contrast === kept["contrast"]) ?? DEFAULTS.contrast,
    language: LOCALES.find((language) => language === kept["language"]),
    letterKeys: kept["letterKeys"] !== false,
  };
}

async function applyLanguage(): Promise<void> {
  const wanted = chosen.value.language ?? localeOf(navigator.languages);
  await textsLoaded(wanted);
  locale.value = wanted;
}

function setAttribute(name: string, value: string): void {
  if (value === "system") document.documentElement.removeAttribute(name);
  else document.documentElement.setAttribute(name, value);
}
