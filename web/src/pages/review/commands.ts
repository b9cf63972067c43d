/** Keyboard commands of the review queue. */

export type Command =
  | { readonly kind: "candidate"; readonly index: number }
  | { readonly kind: "keep" | "search" | "undo" | "dismiss" | "skip" };

const LETTERS = { k: "keep", s: "search", z: "undo", d: "dismiss", n: "skip" } as const;

/** The command of a key press; undefined for other keys, and while a modifier is held. */
export function commandOf({
  key,
  ctrlKey,
  metaKey,
  altKey,
}: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): Command | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  if (/^[1-5]$/.test(key)) return { kind: "candidate", index: Number(key) - 1 };
  const letter = key.toLowerCase();
  return isLetter(letter) ? { kind: LETTERS[letter] } : undefined;
}

const isLetter = (key: string): key is keyof typeof LETTERS => Object.hasOwn(LETTERS, key);

/** Whether the focus is in a text field. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("input, textarea, select, dialog") !== null;

/** The non-empty cells of a row, in the order of the file. */
export const filledCells = (raw: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(raw).filter(([, value]) => value.trim() !== "");

/** The initial search: the title without its series, and the first author. */
export function queryOf({
  title = "",
  authors,
}: {
  title?: string | undefined;
  authors: readonly string[];
}): string {
  return `${title.replace(/\s*\([^)]*\)\s*$/, "")} ${authors[0] ?? ""}`.trim();
}
