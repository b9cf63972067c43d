/** 0x80 to 0x9F in windows-1252 (encoding.spec.whatwg.org/index-windows-1252.txt); all other bytes are Latin-1. */
const HIGH = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

const UNITS = Uint16Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 && byte < 0xa0 ? HIGH.charCodeAt(byte - 0x80) : byte,
);

/** Arguments passed to one `String.fromCharCode` call, well below the engine's limit. */
const UNIT_BATCH_SIZE = 8192;

/**
 * Decodes UTF-8 and treats invalid bytes as windows-1252.
 * @returns the text, and whether the first non-ASCII input was a UTF-8 character or an invalid byte
 */
export function tolerantUtf8(bytes: Uint8Array): {
  text: string;
  firstForeign: "none" | "character" | "byte";
  /** Number of characters outside ASCII, and of invalid bytes. */
  valid: number;
  invalid: number;
} {
  const units = new Uint16Array(bytes.length);
  let length = 0;
  let valid = 0;
  let invalid = 0;
  let firstForeign: "none" | "character" | "byte" = "none";
  for (let index = 0; index < bytes.length;) {
    const lead = bytes[index] ?? 0;
    const size = lead < 0x80 ? 1 : sequenceAt(bytes, index);
    if (lead >= 0x80 && firstForeign === "none") firstForeign = size > 0 ? "character" : "byte";
    if (lead >= 0x80) {
      if (size > 0) valid += 1;
      else invalid += 1;
    }
    if (size <= 1) {
      units[length++] = unitOf(lead);
      index += 1;
      continue;
    }
    const point = pointAt(bytes, index, size);
    if (point > 0xffff) {
      units[length++] = 0xd800 + ((point - 0x10000) >> 10);
      units[length++] = 0xdc00 + (point & 0x3ff);
    } else {
      units[length++] = point;
    }
    index += size;
  }
  return { text: textOf(units, length), firstForeign, valid, invalid };
}

const unitOf = (byte: number): number => UNITS[byte] ?? byte;

/** Returns the length of the valid sequence that begins at `index` (RFC 3629 section 4); 0 when there is none. */
function sequenceAt(bytes: Uint8Array, index: number): number {
  const lead = bytes[index] ?? 0;
  const second = bytes[index + 1] ?? 0;
  const size = sizeOf(lead);
  if (size === 0 || index + size > bytes.length) return 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let offset = 2; offset < size; offset++) {
    if (((bytes[index + offset] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return size;
}

function sizeOf(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

function pointAt(bytes: Uint8Array, index: number, size: number): number {
  let point = (bytes[index] ?? 0) & (0x7f >> size);
  for (let offset = 1; offset < size; offset++) {
    point = (point << 6) | ((bytes[index + offset] ?? 0) & 0x3f);
  }
  return point;
}

function textOf(units: Uint16Array, length: number): string {
  let text = "";
  for (let start = 0; start < length; start += UNIT_BATCH_SIZE) {
    const part = units.subarray(start, Math.min(length, start + UNIT_BATCH_SIZE));
    text += String.fromCharCode(...part);
  }
  return text;
}
