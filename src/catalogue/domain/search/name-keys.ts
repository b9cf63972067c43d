import { foldLetters } from "./fold.ts";
import { keyOf, type Key } from "./title-keys.ts";
import { wordForms } from "./word-forms.ts";

/** The keys of an author's name. */
export interface NameKeys {
  /** Keys of the whole name, in both orders, and without initials. */
  readonly whole: readonly Key[];
  readonly family: readonly Key[];
}

const SUFFIXES = new Set(["jr", "sr", "ii", "iii", "iv", "phd", "md"]);
const PARTICLES = new Set(
  "le la de du des del della di da dos van von der den ten ter zu el al bin ibn mc mac st saint".split(
    " ",
  ),
);

/** @param name in either order: `Ursula K. Le Guin`, `Le Guin, Ursula K.` */
export function nameKeys(name: string): NameKeys {
  const [before = "", after] = foldLetters(name).split(",", 2);
  const first = wordForms(before).words;
  const second = wordForms(after ?? "").words.filter((word) => !SUFFIXES.has(word));
  if (second.length > 0) return keysOfParts(second, first);
  const words = first.filter((word, index) => index === 0 || !SUFFIXES.has(word));
  const start = familyStart(words);
  const { whole, family } = keysOfParts(words.slice(0, start), words.slice(start));
  const last = words.at(-1);
  return { whole, family: distinct([...family, ...(last === undefined ? [] : [last])]) };
}

function keysOfParts(given: readonly string[], family: readonly string[]): NameKeys {
  const names = given.filter((word) => word.length > 1);
  return {
    whole: distinct([
      keyOf([...given, ...family]),
      keyOf([...family, ...given]),
      ...(names.length > 0 ? [keyOf([...names, ...family]), keyOf([...family, ...names])] : []),
    ]),
    family: given.length > 0 ? distinct([keyOf(family)]) : [],
  };
}

/** The position of the family name, which begins with its particles. */
function familyStart(words: readonly string[]): number {
  let start = Math.max(words.length - 1, 0);
  while (start > 1 && PARTICLES.has(words[start - 1] ?? "")) start -= 1;
  return start;
}

function distinct(keys: readonly Key[]): Key[] {
  return [...new Set(keys)].filter((key) => key !== "");
}
