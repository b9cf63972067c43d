import type { CsvRecord } from "../job/row.ts";
import type { EncodingState } from "./text-decoders.ts";

/** Below this confidence every text outside ASCII is doubtful. */
const CERTAIN = 0.8;

const FOREIGN = /\P{ASCII}/u;
/** Replacement characters and control characters. */
const BROKEN = /[\u0080-\u009F\uFFFD]/;
/** UTF-8 that was read as windows-1252, MacRoman or windows-1251 and saved again: `Ã©`, `â€™`, `√©`, `Р–Рё`. */
const DOUBLE =
  /Ã[\u0080-\u00BFƒ‚„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u00BF˜™œž“”¢¦]|Ð[\u0080-\u00BF°±²³´µ¶·¸¹º»¼½¾].?Ð|√[©®±≥∂°]|‚Ä[ôúùò]|(?:[РС][ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџЎўЈ¤Ґ¦§Ё©Є«¬®Ї°±Ііґµ¶·ё№є»јЅѕї]){2}/;

/** Marks the records with text outside ASCII, and those whose text is improbable in the encoding of the file. */
export function withDoubts(records: CsvRecord[], state: Readonly<EncodingState>): CsvRecord[] {
  const { confidence, isAscii, isImprobable, mayBeDamaged } = state;
  if (isAscii) return records;
  for (const [index, record] of records.entries()) {
    const text = record.cells.join("\n");
    if (!FOREIGN.test(text)) continue;
    const isDoubtful =
      confidence < CERTAIN ||
      isImprobable ||
      (mayBeDamaged && BROKEN.test(text)) ||
      DOUBLE.test(text);
    records[index] = { ...record, isForeign: true, ...(isDoubtful ? { isDoubtful } : {}) };
  }
  return records;
}
