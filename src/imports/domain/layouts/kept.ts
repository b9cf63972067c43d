import { fitting, type Draft } from "./draft.ts";

/**
 * Limits of the cells that a row stores in addition to its fields, in UTF-16 code units. Together
 * with a review, notes and a description of maximum length, a row stays below D1's 2 MB even if
 * every character takes three bytes.
 */
const MAX_EXTRA_LENGTH = 100_000;
const MAX_RAW_LENGTH = 150_000;
/** More columns than any service has. A malicious record could have one cell per byte. */
const MAX_CELLS = 500;

type NamedCell = { name: string; cell: string };

/** Collects the unmodified cells that a row stores, within the storage limits. */
export class CellStore {
  readonly #draft: Draft;
  readonly #extra = new Map<string, string>();
  #left = MAX_EXTRA_LENGTH;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Adds a cell without a field, or one that its field cannot represent completely. */
  add(name: string, text: string): void {
    if (this.#extra.has(name) || this.#extra.size >= MAX_CELLS) return;
    const fitted = fitting(this.#draft, text, Math.max(0, this.#left - name.length), name);
    if (fitted === "") return;
    this.#extra.set(name, fitted);
    this.#left -= fitted.length + name.length;
  }

  /** Returns the added cells by column; undefined if there are none. */
  extra(): Record<string, string> | undefined {
    return this.#extra.size === 0 ? undefined : Object.fromEntries(this.#extra);
  }

  /** Returns all non-empty cells by column. */
  raw(cells: readonly NamedCell[]): Record<string, string> {
    let left = MAX_RAW_LENGTH;
    const stored: [string, string][] = [];
    for (const { name, cell } of cells) {
      if (cell === "" || stored.length >= MAX_CELLS) continue;
      const text = fitting(this.#draft, cell, Math.max(0, left - name.length), name);
      left -= text.length + name.length;
      stored.push([name, text]);
    }
    return Object.fromEntries(stored);
  }
}
