/**
 * Converts the codes in camera frames, many per second, to scans: a code that stays in view is one
 * scan.
 */
import { codeOf, keyOf, type Code } from "./code.ts";

/** Number of frames in which a code must be read to count, because a single read may be wrong. */
const CONFIRMING_READS = 2;
/**
 * The same for codes other than books, because the book's code, or the add-on of a UPC, may be read
 * a moment later.
 */
const PATIENT_READS = 10;
/** A code that was out of view for this long counts as a new scan. */
const FORGET_MS = 2500;
/** A slow device may read a code only once each time it is held in front of the camera. */
const UNCONFIRMED_MS = 60_000;

export interface ViewGate {
  /** @param texts the codes of one frame @returns the scans that this frame completes */
  see(texts: readonly string[], nowMs: number): string[];
}

interface Seen {
  text: string;
  reads: number;
  lastMs: number;
  isTaken: boolean;
}

export function createViewGate(): ViewGate {
  const inView = new Map<string, Seen>();
  let lastBookMs = -Infinity;

  const note = (text: string, nowMs: number): Seen => {
    const key = keyOf(text);
    const before = inView.get(key);
    const seen = before ?? { text, reads: 0, lastMs: nowMs, isTaken: false };
    seen.reads += 1;
    seen.lastMs = nowMs;
    if (text.length > seen.text.length) seen.text = text;
    inView.set(key, seen);
    return seen;
  };

  /** Other barcodes on the back of a book, such as a shop's, are ignored. */
  const counts = ({ text, reads }: Seen, nowMs: number): boolean => {
    const { kind } = codeOf(text);
    if (kind === "second-barcode") return false;
    if (isBook(kind)) return reads >= CONFIRMING_READS;
    return reads >= PATIENT_READS && nowMs - lastBookMs >= FORGET_MS;
  };

  return {
    see(texts, nowMs) {
      for (const [key, { lastMs, isTaken }] of inView) {
        if (nowMs - lastMs >= (isTaken ? FORGET_MS : UNCONFIRMED_MS)) inView.delete(key);
      }
      const seen = texts.map((text) => note(text, nowMs));
      if (seen.some(({ text }) => isBook(codeOf(text).kind))) lastBookMs = nowMs;
      const taken = seen.filter((one) => !one.isTaken && counts(one, nowMs));
      for (const one of taken) one.isTaken = true;
      return taken.map(({ text }) => text);
    },
  };
}

const isBook = (kind: Code["kind"]): boolean => kind === "book" || kind === "ask";
