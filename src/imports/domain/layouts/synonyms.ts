import { ENGLISH_COLUMNS } from "./column-words-english.ts";
import { columnKey } from "./column-names.ts";
import { OTHER_COLUMNS } from "./column-words.ts";
import type { Field } from "./fields/index.ts";

/** Fields by column key. The first field with a name wins. */
function byKey(names: Partial<Record<Field, string>>): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const [field, words] of Object.entries(names)) {
    for (const word of words.split("|")) {
      const key = columnKey(word);
      if (key !== "" && !fields.has(key)) fields.set(key, field as Field);
    }
  }
  return fields;
}

const ENGLISH = byKey(ENGLISH_COLUMNS);
const OTHERS = byKey(OTHER_COLUMNS);

/** Returns the field of a column in a table of unknown origin by its key, if any. */
export function synonymOf(key: string): Field | undefined {
  return ENGLISH.get(key) ?? OTHERS.get(key);
}

/** Whether a column name is known only in a language other than English. */
export function isForeignName(name: string): boolean {
  const key = columnKey(name);
  return OTHERS.has(key) && !ENGLISH.has(key);
}

const NAMES = new Set(
  "name|nom|nombre|nome|naam|nazwa|namn|navn|имя|наименование|名前|名称|名稱|이름|isim|ad|adı|jméno|meno|név|nimi|όνομα|nume"
    .split("|")
    .map(columnKey),
);

/** Whether a column is called `Name`, which is the title if the table has no other title column. */
export function isName(key: string): boolean {
  return NAMES.has(key);
}

/** Whether a text is a column name, in a table of unknown origin or in a service's file. */
export function isKnownName(name: string): boolean {
  const key = columnKey(name);
  return key !== "" && (synonymOf(key) !== undefined || isName(key));
}
