import { CHARSETS } from "./charsets.ts";
import { scoreText, type Kind } from "./score-text.ts";

/** Decodes bytes in one go; invalid bytes become U+FFFD. */
export type DecodeAll = (label: string, bytes: Uint8Array) => string;

/** An encoding with the probability that it is the right one. */
export interface FoundCharset {
  label: string;
  confidence: number;
}

/** Number of bytes outside ASCII that suffices to tell encodings apart. */
const ENOUGH_BYTES = 1500;
/** Maximum number of bytes in lines with such bytes. */
const MAX_BYTES = 24_000;
/** Score of a known column name in some language, which is unlikely to occur by chance. */
const KNOWN_NAME = 9;
/** Score of a header with at least two such names, which is decisive. */
const HEADER = 500;
/**
 * Difference of scores at which the probability of an error, 0.5 for equal scores, falls by a
 * factor of e.
 */
const TEMPERATURE = 4;

/**
 * Detects the encoding of a text that is not UTF-8: the one in which letter frequencies match a
 * language, and capitals and symbols occur where words have them.
 * @param isKnownName whether a text is a column name
 */
export function detectCharset(
  bytes: Uint8Array,
  decodeAll: DecodeAll,
  isKnownName: (name: string) => boolean,
): FoundCharset {
  const found = scored(bytes, decodeAll, isKnownName);
  const [best] = found;
  if (best === undefined) return { label: "windows-1252", confidence: 0 };
  const second = found.find(({ text }) => text !== best.text);
  const margin = second === undefined ? Number.POSITIVE_INFINITY : best.score - second.score;
  const certainty = 1 - 0.5 * Math.exp(-margin / TEMPERATURE);
  const quality = best.isProbable ? 0.99 : 0.5;
  return { label: best.label, confidence: Math.round(Math.min(certainty, quality) * 100) / 100 };
}

interface ScoredCharset {
  label: string;
  text: string;
  isProbable: boolean;
  score: number;
}

/** Scores all encodings, the best first. */
function scored(
  bytes: Uint8Array,
  decodeAll: DecodeAll,
  isKnownName: (name: string) => boolean,
): ScoredCharset[] {
  const lines = foreignLines(bytes);
  const kinds = new Map<string, Kind>();
  return CHARSETS.map(({ label, languages, prior }) => {
    const text = decodeAll(label, lines);
    const names = knownNames(decodeAll(label, firstLine(bytes)), isKnownName);
    const { score, isProbable } = scoreText(text, languages, kinds);
    const named = names < 2 ? names * KNOWN_NAME : HEADER + names * KNOWN_NAME;
    return { label, text, isProbable, score: score + prior + named };
  }).toSorted((one, other) => other.score - one.score);
}

/** Difference of scores at which the chosen encoding counts as improbable. */
const IMPROBABLE = 20;

/** Whether another encoding yields a far more probable text than the one that the caller chose. */
export function isImprobable(
  bytes: Uint8Array,
  label: string,
  decodeAll: DecodeAll,
  isKnownName: (name: string) => boolean,
): boolean {
  const found = scored(bytes, decodeAll, isKnownName);
  const [best] = found;
  const own = found.find((one) => one.label === label);
  if (best === undefined || own === undefined || own.text === best.text) return false;
  return best.isProbable && best.score - own.score > IMPROBABLE;
}

/** Copies the lines with bytes outside ASCII. Line breaks are never part of another character. */
function foreignLines(bytes: Uint8Array): Uint8Array {
  const lines = new Uint8Array(Math.min(bytes.length, MAX_BYTES));
  let length = 0;
  let count = 0;
  for (let start = 0; start < bytes.length && count < ENOUGH_BYTES;) {
    let end = start;
    let foreign = 0;
    for (; end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d; end += 1) {
      if ((bytes[end] ?? 0) >= 0x80) foreign += 1;
    }
    const next = Math.min(end + 1, bytes.length);
    if (foreign > 0 && length < lines.length) {
      const line = bytes.subarray(start, Math.min(next, start + lines.length - length));
      lines.set(line, length);
      length += line.length;
      count += foreign;
    }
    start = next;
  }
  return lines.subarray(0, length);
}

function firstLine(bytes: Uint8Array): Uint8Array {
  const end = bytes.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  return bytes.subarray(0, Math.min(end === -1 ? bytes.length : end, 4000));
}

/** Counts the known column names with characters outside ASCII. */
function knownNames(header: string, isKnownName: (name: string) => boolean): number {
  const names = header.split(/[,;\t|]/).map((name) => name.replaceAll('"', "").trim());
  return names.filter((name) => /\P{ASCII}/u.test(name) && isKnownName(name)).length;
}
