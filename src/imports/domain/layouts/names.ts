/** Suffixes that follow a name after a comma and belong to it. */
const SUFFIX =
  /^(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|d\.?d|ed\.?d|esq|inc|ltd|llc|m\.?a|m\.?b\.?a|j\.?d|r\.?n|obe|cbe|dds|ret)\.?$/i;
/** Particles with which a family name may begin. */
const PARTICLE =
  /^(?:le|la|les|de|du|des|da|das|do|dos|di|del|della|der|den|ter|van|von|vom|zu|el|al|ben|bin|ibn|abu|mac|st\.?|saint|san|santa|ten|af|av)\s/i;
const ROLE = /^(.*\S)\s*\(([^()]+)\)$/;
const AUTHOR_ROLE = /auth|autor|auteur|writ|schriftsteller|scrittor|^text/i;
const OTHER_ROLE =
  /transl|illustr|narrat|edit|contribut|introd|forew|prefa|afterw|photo|cover|design|compil|read(?:er|by)|übers|trad|ilustr|vertal|artist|colou?r|letter|ink|penc|adapt|director|performer|voice|goodreads|collect/i;

const spaced = (name: string): string => name.replace(/\s+/g, " ").trim();

/** Splits names at commas; `King, Jr.` stays one name. */
export function splitAtCommas(cell: string): string[] {
  const names: string[] = [];
  for (const piece of cell.split(",").map(spaced)) {
    const last = names.at(-1);
    if (piece === "") continue;
    if (SUFFIX.test(piece) && last !== undefined) names[names.length - 1] = `${last}, ${piece}`;
    else names.push(piece);
  }
  return names;
}

/** Splits names at characters that cannot be part of a name; ignores commas. */
export function splitAtMarks(cell: string): string[] {
  return cell
    .replace(/[^\S\n]+/g, " ")
    .split(/[;|\n]| & /)
    .map(spaced)
    .filter((name) => name !== "");
}

/** Turns `Le Guin, Ursula K.` into `Ursula K. Le Guin`, and `King, Martin Luther, Jr.` into `Martin Luther King, Jr.` */
export function naturalOrder(name: string): string {
  const [last, first, ...suffixes] = name.split(",").map(spaced);
  if (last === undefined || first === undefined || first === "" || last === "") return spaced(name);
  if (SUFFIX.test(first) || suffixes.some((suffix) => !SUFFIX.test(suffix))) return spaced(name);
  return [`${first} ${last}`, ...suffixes].join(", ");
}

/** One word, initials, or one word and initials: `Frank`, `J. R. R.`, `Ursula K.` */
const GIVEN_NAME = /^(?:[^\s.]+|(?:\p{Lu}\.[\s-]?)+)(?:\s\p{Lu}\.?)*$/u;

/**
 * Splits a list of names at commas. One word followed by a given name is a single author whose family name comes first
 * (`Herbert, Frank`).
 */
export function namesInList(cell: string): string[] {
  const names = splitAtCommas(cell);
  const [first = "", second = ""] = names;
  const isOne = names.length === 2 && !first.includes(" ") && GIVEN_NAME.test(second);
  return isOne ? [naturalOrder(cell)] : names;
}

/**
 * Splits the names in a cell of unknown format. Semicolons, bars and similar marks separate names. A comma separates names
 * only if every piece is a whole name; otherwise it follows a family name (`García Márquez, Gabriel`).
 */
export function guessNames(cell: string): string[] {
  return splitAtMarks(cell).flatMap((part) => {
    const pieces = splitAtCommas(part);
    const [first = "", second = ""] = pieces;
    const isInverted =
      !first.includes(" ") ||
      GIVEN_NAME.test(second) ||
      (PARTICLE.test(first) && !PARTICLE.test(second));
    if (pieces.length === 2 && isInverted) return [naturalOrder(part)];
    return pieces;
  });
}

/** Removes the role from a name; undefined if the role is not an author's: `Anne Bell (Translator)`. */
export function authorOf(name: string): string | undefined {
  const [, bare, role] = ROLE.exec(name) ?? [];
  if (bare === undefined || role === undefined) return name;
  if (AUTHOR_ROLE.test(role)) return bare;
  return OTHER_ROLE.test(role) ? undefined : name;
}

/** Whether a role from a separate cell is an author's; a blank role counts as one. */
export function isAuthorRole(role: string): boolean {
  return role.trim() === "" || AUTHOR_ROLE.test(role);
}

/** Whether a name is followed by a role. */
export function hasRole(name: string): boolean {
  return ROLE.test(name);
}
