import { windows1252, tolerantUtf8 } from "./single-bytes.ts";

/** The initially detected encoding of a file. Pure ASCII counts as `utf-8`. */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/** Decoders of the runtime. */
export interface TextDecoders {
  /** Decodes complete UTF-8 sequences and preserves a BOM; undefined when a byte is invalid. */
  utf8(bytes: Uint8Array): string | undefined;
  /** Decodes complete UTF-16LE units and preserves a BOM; unpaired surrogates become U+FFFD. */
  utf16le(bytes: Uint8Array): string;
}

/** The encoding of a file and the length of its byte order mark. */
export interface EncodingMark {
  encoding: Encoding;
  bomBytes: number;
}

/** Bytes decoded per batch, regardless of the size of the incoming pieces. */
const DECODE_BATCH_SIZE = 65_536;
/** Minimum share of NULs among the even or odd bytes that identifies them as the high bytes of UTF-16. */
const UTF16_NUL_SHARE = 0.25;

/**
 * Detects the encoding by the BOM. Without a BOM, text whose every second byte is mostly NUL is UTF-16. Anything else
 * starts as UTF-8, which decoding replaces by windows-1252 if the file turns out not to be UTF-8.
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

/** Decodes the next bytes of a file. An incomplete sequence at the end is carried over to the next call. */
type DecodeNext = (bytes: Uint8Array, isEnd: boolean) => string;

/** Decodes a file while its bytes arrive and removes its BOM. Accepts any bytes. */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  { encoding, bomBytes }: EncodingMark,
  decoders: TextDecoders,
): AsyncGenerator<string> {
  const decode = decoderOf(encoding, bomBytes > 0, decoders);
  let skip = bomBytes;
  let isStart = true;
  const withoutBom = (text: string): string => {
    // Some programs add a second BOM in front of an existing one.
    const rest = isStart ? text.replace(/^\uFEFF+/, "") : text;
    isStart &&= rest === "";
    return rest;
  };
  for await (const chunk of chunks) {
    const left = Math.min(skip, chunk.length);
    skip -= left;
    for (let start = left; start < chunk.length; start += DECODE_BATCH_SIZE) {
      const text = withoutBom(decode(chunk.subarray(start, start + DECODE_BATCH_SIZE), false));
      if (text !== "") yield text;
    }
  }
  const rest = withoutBom(decode(new Uint8Array(), true));
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
 * Decodes UTF-8. If the first non-ASCII byte is not valid UTF-8, the file is windows-1252 from there on. After valid
 * multi-byte characters, an invalid byte is treated as damage, and that byte alone is decoded as windows-1252.
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
    // The second half of a surrogate pair has not arrived yet.
    const isSplit = !isEnd && ((whole.at(-1) ?? 0) & 0xfc) === 0xd8;
    const end = isSplit ? whole.length - 2 : whole.length;
    carried = bytes.slice(end);
    return decoders.utf16le(whole.subarray(0, end));
  };
}

/** Returns the length of an incomplete UTF-8 sequence at the end: 0 to 3 bytes. */
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
