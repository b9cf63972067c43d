/**
 * Texts of the app. Each area (the shell, a page) has its English texts in `en.ts` and the German ones in `de.ts` beside it; German
 * is loaded on demand. `texts` makes them a function whose keys and parameters are typed.
 */
import { computed } from "@preact/signals";
import { locale, type Locale } from "./locale.ts";

/** A text with `{name}` parameters, or one per plural category, chosen by the parameter `count`. */
export type Message = string | Plural;

/** Forms by plural category; `other` is required. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & {
  readonly other: string;
};

export type Messages = Readonly<Record<string, Message>>;

/** The same keys in another language. */
export type Translation<Original extends Messages> = {
  readonly [Key in keyof Original]: Original[Key] extends string ? string : Plural;
};

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
type ParameterNames<Text> = Text extends string
  ? NamesIn<Text>
  : Text extends { readonly other: infer Other }
    ? NamesIn<Other> | "count"
    : never;

/** Parameters of a message: a `count` is formatted as a number of the locale. */
type Parameters<Text> = [ParameterNames<Text>] extends [never]
  ? []
  : [
      parameters: {
        readonly [Name in ParameterNames<Text>]: Name extends "count" ? number : string | number;
      },
    ];

/**
 * Returns the text of a key in the user's language. A component that calls it follows changes of
 * the language.
 */
export type Translate<Original extends Messages> = <Key extends keyof Original & string>(
  key: Key,
  ...parameters: Parameters<Original[Key]>
) => string;

type Load<Original extends Messages> = () => Promise<{ default: Translation<Original> }>;

/** Loads the texts of one area in a language, if they are not loaded yet. */
type Loader = (wanted: Locale) => Promise<void>;
const loaders: Loader[] = [];

/** Creates the texts of an area. @param de loads the German texts */
export function texts<const Original extends Messages>(
  en: Original,
  de: Load<Original>,
): Translate<Original> {
  let german: Messages | undefined;
  loaders.push(async (wanted) => {
    if (wanted === "de") german ??= (await de()).default;
  });
  const current = computed<Messages>(() => (locale.value === "de" ? (german ?? en) : en));
  return (key, ...[parameters]) => textOf(current.value[key] ?? key, locale.value, parameters);
}

/**
 * Resolves when all known areas have their texts in a language. Pages are shown, and the language
 * changes, only then. If a language cannot be loaded, for example without a connection, the texts
 * remain in English.
 */
export async function textsLoaded(wanted: Locale): Promise<void> {
  await Promise.allSettled(loaders.map((load) => load(wanted)));
}

/** Fills a message with its parameters. */
export function textOf(
  message: Message,
  language: Locale,
  parameters: Readonly<Record<string, string | number>> = {},
): string {
  const text = typeof message === "string" ? message : formOf(message, language, parameters);
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? numberFormat(language).format(value) : value;
  });
}

function formOf(
  message: Plural,
  language: Locale,
  { count = 0 }: Readonly<Record<string, string | number>>,
): string {
  return message[pluralRules(language).select(Number(count))] ?? message.other;
}

const memo = <Made>(make: (language: Locale) => Made): ((language: Locale) => Made) => {
  const made = new Map<Locale, Made>();
  return (language) => {
    const known = made.get(language) ?? make(language);
    made.set(language, known);
    return known;
  };
};
const pluralRules = memo((language) => new Intl.PluralRules(language));
const numberFormat = memo((language) => new Intl.NumberFormat(language));
