import { windows1252, tolerantUtf8 } from "./single-bytes.ts";

/** How a file's bytes stand for text. `utf-8` is also what a file of pure ASCII is. */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/** What the runtime decodes. */
export interface TextDecoders {
  /** The text of whole UTF-8 sequences, a BOM kept; `undefined` when a byte of them is not valid. */
  utf8(bytes: Uint8Array): string | undefined;
  /** The text of whole UTF-16LE units, a BOM kept; unpaired surrogates become U+FFFD. */
  utf16le(bytes: Uint8Array): string;
}

/** The encoding of a file, and the length of the mark that says so. */
export interface EncodingMark {
  encoding: Encoding;
  bomBytes: number;
}

/** Bytes that become one piece of text, however large the pieces are in which they come. */
const DECODE_BATCH_SIZE = 65_536;
/** Share of NULs from which one half of the bytes is taken for the high halves of UTF-16. */
const UTF16_NUL_SHARE = 0.25;

/**
 * The encoding by its BOM; without one UTF-16 by the NULs that every second byte of most text then is, else UTF-8, which
 * gives way to windows-1252 as the file is read.
 */
export function encodingOf(head: Uint8Array): EncodingMark {
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: "utf-8", bomBytes: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: "utf-16le", bomBytes: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: "utf-16be", bomBytes: 2 };
  const nuls = [0, 0];
  for (const [index, byte] of head.entries()) {
    if (byte === 0) nuls[index % 2] = (nuls[index % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = nuls;
  const enough = Math.max(2, (head.length / 2) * UTF16_NUL_SHARE);
  if (odd >= enough && odd > even * 10) return { encoding: "utf-16le", bomBytes: 0 };
  if (even >= enough && even > odd * 10) return { encoding: "utf-16be", bomBytes: 0 };
  return { encoding: "utf-8", bomBytes: 0 };
}

/** Turns the next bytes of a file into text; what they leave unfinished comes with the next, or at the end. */
type DecodeNext = (bytes: Uint8Array, isEnd: boolean) => string;

/** The text of a file as its bytes come in, without its BOM. Any bytes at all have a text. */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  { encoding, bomBytes }: EncodingMark,
  decoders: TextDecoders,
): AsyncGenerator<string> {
  const decode = decoderOf(encoding, bomBytes > 0, decoders);
  let skip = bomBytes;
  let isStart = true;
  const told = (text: string): string => {
    // Some programs put a BOM before the one that is there.
    const rest = isStart ? text.replace(/^\uFEFF+/, "") : text;
    isStart &&= rest === "";
    return rest;
  };
  for await (const chunk of chunks) {
    const left = Math.min(skip, chunk.length);
    skip -= left;
    for (let start = left; start < chunk.length; start += DECODE_BATCH_SIZE) {
      const text = told(decode(chunk.subarray(start, start + DECODE_BATCH_SIZE), false));
      if (text !== "") yield text;
    }
  }
  const rest = told(decode(new Uint8Array(), true));
  if (rest !== "") yield rest;
}

function decoderOf(encoding: Encoding, isMarked: boolean, decoders: TextDecoders): DecodeNext {
  switch (encoding) {
    case "utf-8":
      return utf8Decoder(isMarked, decoders);
    case "utf-16le":
      return utf16Decoder(false, decoders);
    case "utf-16be":
      return utf16Decoder(true, decoders);
  }
}

/**
 * UTF-8 while that is what the bytes are. A first byte that is not makes the file windows-1252, as far as all before it
 * was ASCII; behind characters of UTF-8 it is damage, and stands for what it is in windows-1252.
 */
function utf8Decoder(isMarked: boolean, decoders: TextDecoders): DecodeNext {
  let seen: "ascii" | "utf-8" | "windows-1252" = isMarked ? "utf-8" : "ascii";
  let carried = new Uint8Array();
  return (chunk, isEnd) => {
    if (seen === "windows-1252") return windows1252(chunk);
    const bytes = joined(carried, chunk);
    const end = isEnd ? bytes.length : bytes.length - unfinishedUtf8(bytes);
    const whole = bytes.subarray(0, end);
    carried = bytes.slice(end);
    const text = decoders.utf8(whole);
    if (text !== undefined) {
      if (text.length < whole.length) seen = "utf-8";
      return text;
    }
    if (seen === "ascii") {
      const { text: tolerated, firstForeign } = tolerantUtf8(whole);
      if (firstForeign === "character") {
        seen = "utf-8";
        return tolerated;
      }
      seen = "windows-1252";
      carried = new Uint8Array();
      return windows1252(bytes);
    }
    return tolerantUtf8(whole).text;
  };
}

function utf16Decoder(isBigEndian: boolean, decoders: TextDecoders): DecodeNext {
  let carried = new Uint8Array();
  return (chunk, isEnd) => {
    const bytes = joined(carried, chunk);
    const units = bytes.subarray(0, bytes.length & ~1);
    const whole = isBigEndian ? swapped(units) : units;
    // The second half of a pair of surrogates is still to come.
    const isSplit = !isEnd && ((whole.at(-1) ?? 0) & 0xfc) === 0xd8;
    const end = isSplit ? whole.length - 2 : whole.length;
    carried = bytes.slice(end);
    return decoders.utf16le(whole.subarray(0, end));
  };
}

/** Bytes at the end that begin a sequence of UTF-8 and do not finish it: 0 to 3. */
function unfinishedUtf8(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < sequenceLength(byte) ? back : 0;
  }
  return 0;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

function swapped(bytes: Uint8Array): Uint8Array {
  const other = new Uint8Array(bytes.length);
  for (let index = 0; index + 1 < bytes.length; index += 2) {
    other[index] = bytes[index + 1] ?? 0;
    other[index + 1] = bytes[index] ?? 0;
  }
  return other;
}
