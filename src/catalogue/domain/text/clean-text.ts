import { decodeHTMLStrict } from "entities/decode";
import { repairMojibake } from "./mojibake.ts";

/** A provider escapes a text at most three times (`&amp;amp;lt;`). */
const MAX_DECODINGS = 3;
const ENTITY = /&(?:[a-z][a-z0-9]+|#\d+|#x[\da-f]+);/i;
/** Inline markup around words of a title or a name. */
const INLINE_TAG = /<\/?(?:i|b|u|em|strong|sup|sub|span|small|cite|q)(?:\s[^<>]*)?>/gi;
const LINE_BREAK_TAG = /<br\s*\/?>/gi;
/**
 * Characters without width or meaning in a line of text: zero width space, word joiner, byte order
 * mark, soft hyphen, marks of direction, annotation marks. The joiners U+200C and U+200D are part
 * of Persian, Indic scripts and emoji; next to other letters they are noise.
 */
const INVISIBLE =
  /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFB]/gu;
const NEEDLESS_JOINER =
  /(?<=^|[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{N}\p{P}\p{Z}])[\u200C\u200D]+/gu;
/** Nearly every line is clean: single spaces between printable ASCII without `&` and `<`. */
const PLAIN = /^[!-%'-;=-~]+(?: [!-%'-;=-~]+)*$/;
const MAX_ROUNDS = 6;
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
const CONTROL_CHARACTERS = /\p{Cc}/gu;
/**
 * Under the `u` flag this matches unpaired surrogates only. SQLite would replace them, so that the
 * column would differ from the JSON.
 */
const LONE_SURROGATES = /\p{Cs}/gu;
const SPACES = /[\s\u3164\u2800]+/gu;

/** The text with its character references decoded, however often they were escaped. */
export function decodeEntities(text: string): string {
  let decoded = text.replace(/&amp(?=\s)/gi, "&");
  for (let round = 0; round < MAX_DECODINGS && ENTITY.test(decoded); round += 1) {
    const once = decodeHTMLStrict(decoded);
    if (once === decoded) break;
    decoded = once;
  }
  return decoded;
}

/** The text without characters that have no width. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, "").replace(NEEDLESS_JOINER, "");
}

/** The text with replacement characters for unpaired surrogates. */
export function withoutLoneSurrogates(text: string): string {
  return text.replace(LONE_SURROGATES, "\uFFFD");
}

/** The text on one line, without control characters and unpaired surrogates. */
export function withoutLineBreaks(text: string): string {
  return withoutLoneSurrogates(text.replace(LINE_BREAKS, " ").replace(CONTROL_CHARACTERS, ""));
}

/**
 * One clean line of text: character references decoded, inline markup removed, a wrong encoding
 * repaired, composed characters (NFC), single ordinary spaces, nothing invisible, no unpaired
 * surrogates. Cleaning it again changes nothing.
 */
export function cleanLine(text: string): string {
  if (PLAIN.test(text)) return text;
  let line = text;
  // A step can uncover work for another one: `&Atilde;&copy;` is an escaped wrong encoding.
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const cleaned = cleanOnce(line);
    if (cleaned === line) break;
    line = cleaned;
  }
  return line;
}

function cleanOnce(text: string): string {
  const decoded = decodeEntities(text).replace(LINE_BREAK_TAG, " ").replace(INLINE_TAG, "");
  return withoutLineBreaks(withoutInvisible(repairMojibake(decoded)))
    .normalize("NFC")
    .replace(SPACES, " ")
    .trim();
}
