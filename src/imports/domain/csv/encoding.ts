import { bytesDecoder, joinedBytes, type ByteDecoder } from "./bytes-decoder.ts";
import type { EncodingHints, EncodingState, TextDecoders } from "./text-decoders.ts";

/** The encoding that the first bytes of a file show, and the length of the byte order mark. */
export interface EncodingMark {
  encoding: "utf-8" | "utf-16le" | "utf-16be";
  bomBytes: number;
}

/** Bytes decoded per batch, regardless of the size of the incoming pieces. */
const DECODE_BATCH_SIZE = 65_536;
/** Minimum share of NULs among the even or odd bytes that identifies them as the high bytes of UTF-16. */
const UTF16_NUL_SHARE = 0.25;

/**
 * Detects the encoding by the BOM. Without a BOM, text whose every second byte is mostly NUL is UTF-16. Anything else
 * starts as UTF-8, which decoding replaces by another encoding if the file turns out not to be UTF-8.
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
  // In scripts other than Latin, only separators and line breaks contain NULs.
  if (odd > 1 && even === 0 && isUtf16Table(head, 1)) return { encoding: "utf-16le", bomBytes: 0 };
  if (even > 1 && odd === 0 && isUtf16Table(head, 0)) return { encoding: "utf-16be", bomBytes: 0 };
  return { encoding: "utf-8", bomBytes: 0 };
}

const UNPRINTABLE = /(?![\t\r\n])[\p{Cc}\p{Cn}\p{Co}\p{Cs}]/u;

/** Whether bytes are text with separators and line breaks in UTF-16. @param high 1 if the high byte is the second */
function isUtf16Table(head: Uint8Array, high: 0 | 1): boolean {
  const units: string[] = [];
  for (let at = 0; at + 1 < head.length; at += 2) {
    units.push(String.fromCharCode(((head[at + high] ?? 0) << 8) | (head[at + 1 - high] ?? 0)));
  }
  // The head may end within a surrogate pair.
  const text = units.join("").replace(/[\uD800-\uDBFF]$/, "");
  return /[,;\t|]/.test(text) && /[\r\n]/.test(text) && !UNPRINTABLE.test(text);
}

/**
 * Decodes a file while its bytes arrive and removes its BOM. Accepts any bytes.
 * @param state receives the encoding
 */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  { encoding, bomBytes }: EncodingMark,
  {
    decoders,
    hints,
    state,
  }: { decoders: TextDecoders; hints: EncodingHints; state: EncodingState },
): AsyncGenerator<string> {
  const decode = decoderOf(encoding, bomBytes > 0, { decoders, hints, state });
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

interface Decoding {
  decoders: TextDecoders;
  hints: EncodingHints;
  state: EncodingState;
}

function decoderOf(
  encoding: EncodingMark["encoding"],
  isMarked: boolean,
  decoding: Decoding,
): ByteDecoder {
  const { decoders, hints, state } = decoding;
  const chosen = hints.chosen === undefined ? undefined : decoders.stream(hints.chosen);
  if (chosen?.encoding.startsWith("utf-16")) {
    Object.assign(state, { encoding: chosen.encoding, isAscii: false, mayBeDamaged: true });
    return (bytes, isEnd) => chosen.decode(bytes, isEnd);
  }
  if (chosen !== undefined && chosen.encoding !== "utf-8") return bytesDecoder("chosen", decoding);
  state.encoding = encoding;
  state.isAscii = encoding === "utf-8";
  switch (encoding) {
    case "utf-8":
      return bytesDecoder(isMarked || chosen !== undefined ? "utf-8" : "any", decoding);
    case "utf-16le":
      return utf16Decoder(false, decoders);
    case "utf-16be":
      return utf16Decoder(true, decoders);
  }
}

function utf16Decoder(isBigEndian: boolean, decoders: TextDecoders): ByteDecoder {
  let carried = new Uint8Array();
  return (chunk, isEnd) => {
    const bytes = joinedBytes(carried, chunk);
    const units = bytes.subarray(0, bytes.length & ~1);
    const whole = isBigEndian ? swapped(units) : units;
    // The second half of a surrogate pair has not arrived yet.
    const isSplit = !isEnd && ((whole.at(-1) ?? 0) & 0xfc) === 0xd8;
    const end = isSplit ? whole.length - 2 : whole.length;
    carried = bytes.slice(end);
    return decoders.utf16le(whole.subarray(0, end));
  };
}

function swapped(bytes: Uint8Array): Uint8Array {
  const other = new Uint8Array(bytes.length);
  for (let index = 0; index + 1 < bytes.length; index += 2) {
    other[index] = bytes[index + 1] ?? 0;
    other[index + 1] = bytes[index] ?? 0;
  }
  return other;
}
