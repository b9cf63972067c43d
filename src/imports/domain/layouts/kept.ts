import { fitting, type Draft } from "./draft.ts";

/**
 * UTF-16 units of what a row keeps of its cells beside its fields. With a review, notes and a description of full length, a
 * row stays below D1's 2 MB even if every character takes three bytes.
 */
const MAX_EXTRA_LENGTH = 100_000;
const MAX_RAW_LENGTH = 150_000;
/** A record may have as many cells as it has bytes; no service has more columns than this. */
const MAX_CELLS = 500;

type NamedCell = { name: string; cell: string };

/** What is kept of a row's cells as they are, within what can be stored. */
export class Kept {
  readonly #draft: Draft;
  readonly #extra = new Map<string, string>();
  #left = MAX_EXTRA_LENGTH;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Keeps what has no field, or what its field could not take. */
  add(name: string, text: string): void {
    if (this.#extra.has(name) || this.#extra.size >= MAX_CELLS) return;
    const kept = fitting(this.#draft, text, Math.max(0, this.#left - name.length), name);
    if (kept === "") return;
    this.#extra.set(name, kept);
    this.#left -= kept.length + name.length;
  }

  /** What has no field, by column; nothing if there is none. */
  extra(): Record<string, string> | undefined {
    return this.#extra.size === 0 ? undefined : Object.fromEntries(this.#extra);
  }

  /** All cells that are not empty, by column. */
  raw(cells: readonly NamedCell[]): Record<string, string> {
    let left = MAX_RAW_LENGTH;
    const kept: [string, string][] = [];
    for (const { name, cell } of cells) {
      if (cell === "" || kept.length >= MAX_CELLS) continue;
      const text = fitting(this.#draft, cell, Math.max(0, left - name.length), name);
      left -= text.length + name.length;
      kept.push([name, text]);
    }
    return Object.fromEntries(kept);
  }
}
