/** The characters of Windows-1252 at 0x80 to 0x9F. Its five unused bytes stay control characters. */
const WINDOWS_1252 =
  "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F" +
  "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";
const BYTES: ReadonlyMap<string, number> = new Map(
  Array.from(WINDOWS_1252, (character, index) => [character, 0x80 + index]),
);
/** Text that was damaged repeatedly is repaired repeatedly; three times has been seen. */
const MAX_REPAIRS = 4;

/** The byte of a character in Windows-1252 or Latin-1; undefined if it has none. */
function byteOf(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? code : BYTES.get(character);
}

/** The code point of a UTF-8 sequence; undefined if it is malformed, overlong or a surrogate. */
function decoded(bytes: readonly (number | undefined)[]): number | undefined {
  const [lead = 0, ...others] = bytes;
  const length = bytes.length;
  let code = length === 2 ? lead & 0x1f : length === 3 ? lead & 0x0f : lead & 0x07;
  for (const byte of others) {
    if (byte === undefined || byte < 0x80 || byte > 0xbf) return undefined;
    code = (code << 6) | (byte & 0x3f);
  }
  const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code < least || code > 0x10ffff || isSurrogate ? undefined : code;
}

function lengthOf(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/**
 * The text before it was read in the wrong encoding; undefined unless all characters together are
 * valid UTF-8.
 */
function reread(text: string): string | undefined {
  const characters = Array.from(text);
  let result = "";
  for (let at = 0; at < characters.length;) {
    const lead = byteOf(characters[at] ?? "");
    const length = lead === undefined ? 0 : lengthOf(lead);
    if (length === 0) return undefined;
    if (length === 1) result += characters[at] ?? "";
    else {
      const code = decoded(
        Array.from({ length }, (_, index) => byteOf(characters[at + index] ?? "\u0000")),
      );
      if (code === undefined) return undefined;
      result += String.fromCodePoint(code);
    }
    at += length;
  }
  return result;
}

/**
 * Sequences that real text does not contain: two bytes of UTF-8 after a capital A with tilde or circumflex, the bytes
 * of typographic quotation marks and dashes, and of a byte order mark.
 */
const CERTAIN =
  /\u00C3[\u0080-\u00BF\u0152\u0153\u0160\u0161\u0178\u017D\u017E\u0192\u02C6\u02DC\u2013-\u2026\u2030\u2039\u203A\u20AC\u2122]|\u00C2[\u00A0-\u00BF]|\u00E2\u20AC[\u0080-\u00BF\u0152\u0153\u02DC\u2018-\u2122]|\u00EF\u00BB\u00BF/g;

/**
 * Other signs of damage that cannot be undone: the replacement character, a question mark inside a word, UTF-8 read as
 * Mac Roman, and Cyrillic read as Latin-1.
 */
const LOST =
  /\uFFFD|\p{Ll}\?\p{Ll}|\u221A[\u00A9\u00AE\u2020\u00B0\u2265\u00BA\u2022\u00B6\u00DF\u00A7\u2122\u00B4\u00A8]|[\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FF]{4}/u;

/**
 * Repairs text whose UTF-8 was read as Windows-1252 or Latin-1 (`MisÃ©rables`), even if it happened
 * more than once. Partly damaged text is repaired where the damage is certain. Intact text is
 * unchanged.
 */
export function repairMojibake(text: string): string {
  // Bytes that were lost on the way: `Erz\u00C3?\u00C2\u00A4hlung`, and a non-breaking space, `cl\u00C3 ssica`.
  let repaired = text
    .replace(/\u00C3\?\u00C2(?=[\u0080-\u00BF])/g, "\u00C3")
    .replace(/(?<=\p{Ll})\u00C3 (?=\p{Ll})/gu, "à")
    .replace(/\u00E2\u20AC(?=$|[\s.,;:!?)])/g, "\u201D");
  for (let round = 0; round < MAX_REPAIRS && /[\u00C2-\u00F4]/.test(repaired); round += 1) {
    const once = reread(repaired) ?? repaired.replace(CERTAIN, (part) => reread(part) ?? part);
    if (once === repaired) break;
    repaired = once;
  }
  return repaired;
}

/** Whether the text shows damage by a wrong encoding. */
export function isMojibake(text: string): boolean {
  return LOST.test(text) || text.search(CERTAIN) !== -1;
}
