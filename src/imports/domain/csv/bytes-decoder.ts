import { detectCharset, isImprobable } from "./charset/detect-charset.ts";
import {
  decodeAllBy,
  type EncodingHints,
  type EncodingState,
  type StreamDecoder,
  type TextDecoders,
} from "./text-decoders.ts";
import { tolerantUtf8 } from "./single-bytes.ts";

/** Decodes the next bytes of a file. An incomplete sequence at the end is carried over to the next call. */
export type ByteDecoder = (bytes: Uint8Array, isEnd: boolean) => string;

/**
 * Number of bytes outside ASCII, and of all bytes, to collect before an encoding other than UTF-8
 * is chosen.
 */
const ENOUGH_FOREIGN_BYTES = 1500;
const ENOUGH_BYTES = 262_144;
/**
 * With fewer characters outside ASCII, a text that begins with one in UTF-8 counts as damaged
 * UTF-8.
 */
const SHORT = 12;

/** Confidence at which another encoding outranks UTF-8 with mostly damaged characters. */
const LIKELY = 0.7;

/**
 * Decodes text that is ASCII, UTF-8 or a superset of ASCII. If the first byte outside ASCII is
 * invalid, the text is not UTF-8, and the following bytes are collected until their encoding can be
 * detected. After valid multi-byte characters an invalid byte is treated as damage, and only that
 * byte is decoded as windows-1252.
 * @param known `utf-8` if the file is known to be UTF-8, `chosen` if the caller has chosen another
 * encoding
 */
export function bytesDecoder(
  known: "any" | "utf-8" | "chosen",
  {
    decoders,
    hints,
    state,
  }: { decoders: TextDecoders; hints: EncodingHints; state: EncodingState },
): ByteDecoder {
  let seen: "ascii" | "utf-8" = known === "utf-8" ? "utf-8" : "ascii";
  let other: ByteDecoder | undefined;
  let held: Uint8Array[] | undefined = known === "chosen" ? [] : undefined;
  let heldBytes = 0;
  let foreignBytes = 0;
  let carried = new Uint8Array();

  const hold = (bytes: Uint8Array, isEnd: boolean): string => {
    held ??= [];
    held.push(bytes.slice());
    heldBytes += bytes.length;
    for (const byte of bytes) if (byte >= 0x80) foreignBytes += 1;
    if (!isEnd && foreignBytes < ENOUGH_FOREIGN_BYTES && heldBytes < ENOUGH_BYTES) return "";
    const all = held.reduce(joinedBytes, new Uint8Array());
    held = undefined;
    return settle(all, isEnd);
  };

  const settle = (bytes: Uint8Array, isEnd: boolean): string => {
    const utf8 = tolerantUtf8(bytes);
    state.isAscii = utf8.firstForeign === "none";
    // UTF-8 with a few damaged bytes, rather than an encoding in which some bytes happen to be
    // valid.
    const isShort =
      utf8.valid + utf8.invalid < SHORT &&
      utf8.firstForeign === "character" &&
      (2 * utf8.valid >= utf8.invalid || charsetOf(bytes).confidence < LIKELY);
    if (known !== "chosen" && (utf8.valid > 2 * utf8.invalid || isShort)) {
      seen = "utf-8";
      const share = utf8.valid / (utf8.valid + utf8.invalid);
      state.confidence = Math.round(share * 100) / 100;
      return decodeUtf8(bytes, isEnd);
    }
    const { stream, confidence } = charsetOf(bytes);
    const { encoding } = stream ?? state;
    Object.assign(state, { encoding, confidence, isAscii: false, mayBeDamaged: true });
    const decode: ByteDecoder = (next, isLast) => stream?.decode(next, isLast) ?? "";
    other = encoding === "windows-1258" ? composing(decode) : decode;
    return other(bytes, isEnd);
  };

  /** The encoding that the caller chose, or declared if the bytes fit, or else the detected one. */
  const charsetOf = (
    bytes: Uint8Array,
  ): { stream: StreamDecoder | undefined; confidence: number } => {
    const decodeAll = decodeAllBy(decoders);
    const { chosen, declared, isKnownName } = hints;
    const label = known === "chosen" ? chosen : declaredCharset(bytes, declared, decoders)?.label;
    if (label === undefined) {
      const found = detectCharset(bytes, decodeAll, isKnownName);
      return { stream: decoders.stream(found.label), confidence: found.confidence };
    }
    const stream = decoders.stream(label);
    state.isImprobable = isImprobable(bytes, stream?.encoding ?? label, decodeAll, isKnownName);
    return { stream, confidence: 1 };
  };

  const decodeUtf8 = (chunk: Uint8Array, isEnd: boolean): string => {
    const bytes = joinedBytes(carried, chunk);
    const end = isEnd ? bytes.length : bytes.length - unfinishedUtf8(bytes);
    const whole = bytes.subarray(0, end);
    carried = bytes.slice(end);
    const text = decoders.utf8(whole);
    if (text !== undefined) {
      if (text.length < whole.length) {
        seen = "utf-8";
        state.isAscii = false;
      }
      return text;
    }
    if (seen === "ascii") {
      carried = new Uint8Array();
      return hold(bytes, isEnd);
    }
    state.mayBeDamaged = true;
    state.isAscii = false;
    const tolerated = tolerantUtf8(whole);
    if (tolerated.invalid > tolerated.valid) state.isImprobable = true;
    return tolerated.text;
  };

  return (chunk, isEnd) => {
    if (other !== undefined) return other(chunk, isEnd);
    return held === undefined ? decodeUtf8(chunk, isEnd) : hold(chunk, isEnd);
  };
}

/**
 * Combines each letter with the accents that windows-1258 writes after it. The last letter is held
 * back until the next call.
 */
function composing(decode: ByteDecoder): ByteDecoder {
  let held = "";
  return (bytes, isEnd) => {
    const text = held + decode(bytes, isEnd);
    held = isEnd ? "" : text.slice(-1);
    return text.slice(0, text.length - held.length).normalize("NFC");
  };
}

/** Characters that do not occur in correctly decoded text. */
const BROKEN = /[\u0080-\u009F\uFFFD]/;

/** The encoding that the caller declared, if the bytes fit. The last character may be incomplete. */
function declaredCharset(
  bytes: Uint8Array,
  declared: string | undefined,
  decoders: TextDecoders,
): { label: string } | undefined {
  const stream = declared === undefined ? undefined : decoders.stream(declared);
  if (stream === undefined || stream.encoding.startsWith("utf-")) return undefined;
  const text = stream.decode(bytes, false);
  return BROKEN.test(text) ? undefined : { label: stream.encoding };
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

/** Joins two pieces of bytes. */
export function joinedBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
