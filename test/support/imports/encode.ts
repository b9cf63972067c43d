/**
 * Encodes a text in an encoding that the runtime can only decode; undefined if it lacks a character
 * of the text.
 */
export function encode(text: string, label: string): Uint8Array | undefined {
  const codes = tableOf(label);
  const bytes: number[] = [];
  for (const character of text) {
    if (character <= "\x7F") {
      bytes.push(character.charCodeAt(0));
      continue;
    }
    const code = codes.get(character);
    const parts = code === undefined ? withTone(character) : [character];
    for (const part of parts) {
      const partCode = codes.get(part) ?? (part <= "\x7F" ? [part.charCodeAt(0)] : undefined);
      if (partCode === undefined) return undefined;
      bytes.push(...partCode);
    }
  }
  return Uint8Array.from(bytes);
}

/** A letter and its tone mark, which windows-1258 encodes as two characters. */
function withTone(letter: string): string[] {
  const decomposed = letter.normalize("NFD");
  const [tone] = /[\u0300\u0301\u0303\u0309\u0323]/.exec(decomposed) ?? [];
  if (tone === undefined) return [letter];
  return [decomposed.replace(tone, "").normalize("NFC"), tone];
}

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

/** The codes of the characters outside ASCII: one or two bytes, and three in EUC-JP. */
function tableOf(label: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(label);
  if (known !== undefined) return known;
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  const table = new Map<string, readonly number[]>();
  const add = (...bytes: number[]): boolean => {
    try {
      const text = decoder.decode(Uint8Array.from(bytes));
      if (Array.from(text).length !== 1) return false;
      if (!table.has(text)) table.set(text, bytes);
      return true;
    } catch {
      return false;
    }
  };
  for (let first = 0x80; first <= 0xff; first += 1) {
    if (add(first)) continue;
    for (let second = 0x40; second <= 0xfe; second += 1) add(first, second);
  }
  tables.set(label, table);
  return table;
}
