/** A role other than author. */
export type Role =
  | "author"
  | "translator"
  | "illustrator"
  | "narrator"
  | "editor"
  | "introduction"
  | "foreword"
  | "afterword"
  | "preface"
  | "adapter"
  | "compiler"
  | "photographer"
  | "contributor";

/** The words for each role in the languages of the providers' records, as patterns of whole words. */
const WORDS: Readonly<Record<Role, string>> = {
  author:
    "authors?|aut|auteurs?|autor(?:es|a)?|verfasser(?:in)?|writers?|written|screenwriter|story|texts?|texte|words",
  translator:
    "translators?|translated|translation|trans|transl|trl|tr|trad|traductor(?:a)?|traducteur|traductrice|traducción|traduction|traduit|traduzione|übersetzer(?:in)?|übersetzt|übers|vertaler|vertaald|vert|tradutor(?:a)?",
  illustrator:
    "illustrators?|illustrated|illustrations|illustration|illus|ill|ilustrador(?:a)?|ilustraciones|illustrateur|illustratrice|illustré|ilustrado|illustrato|geïllustreerd|tekeningen|illustrator(?:in)|illustriert|illustrationen|illustrazioni|zeichnungen|bilder|pictures|drawings|artist|drawn|art",
  narrator: "narrators?|narrated|narr|nrt|read|reader|sprecher(?:in)?|gelesen|narrador(?:a)?|lu",
  editor:
    "editors?|edited|edt|eds?|editor(?:in)?|herausgeber(?:in)?|herausgegeben|hrsg|hg|red|dir|éditeur scientifique|a cura|a cargo|edición|dirigé|sous la direction|curatore|bearbeitet",
  introduction: "introductions?|introduced|introd|intr|aui|einleitung|introducción",
  foreword: "forewords?|geleitwort|vorwort|avant-propos|prólogo",
  afterword: "afterwords?|nachwort|postface|epilogue",
  preface: "prefaces?|préface|prefacio|prefazione",
  adapter: "adapters?|adaptors?|adapted|adaptation|retold",
  compiler: "compilers?|compiled|compilation|comp|com|selected|collected|chosen",
  photographer: "photographers?|photography|photographs|photographed|photos|pht|fotograf(?:in)?",
  contributor:
    "contributors?|contributions?|contrib|ctb|collaborators?|consultants?|consulting|researchers?|joint author",
};

const ROLES = Object.entries(WORDS) as [Role, string][];
const ANY = ROLES.map(([, words]) => words).join("|");
const IS_ROLE = ROLES.map(
  ([role, words]) => [role, new RegExp(`^(?:${words})\\.?$`, "i")] as const,
);
/** `(Illustrator)`, `[translator]`, `(Foreword by)`, `(Editor, Illustrator)` at the end: the first role counts. */
const IN_BRACKETS = new RegExp(
  `\\s*[([]\\s*(${ANY})\\.?(?:\\s+by|\\s*[,/&;]\\s*[^)\\]]*)?\\s*[)\\]]\\.?\\s*$`,
  "i",
);
/**
 * `, ill.`, `, tr.`, `, editor` at the end. A two-letter word needs its full stop, because `Ed` is
 * a name.
 */
const AT_END = new RegExp(`,\\s*(?:joint )?(${ANY})(?:(?<=\\p{L}{3})\\.?|\\.)\\s*$`, "iu");
/** `1945- author`, `1877-1962. ill.`: after the years of life, without a comma. */
const AFTER_YEARS = new RegExp(`(?<=\\d[-–]?[.,]?)\\s+(${ANY})\\.?\\s*$`, "iu");
/**
 * `illustrated by`, `selected and edited by`, `[illustrations by`, `with an introduction by`, `author,`, `English adaptation,`.
 */
const IN_FRONT = new RegExp(
  `^\\[?(?:(?:with|mit|med|met|con|avec)\\s+)?(?:(?:an?|the|ein(?:em|er)|een|un[ae]?|une|new|original|additional|selected|series|english)\\s+)*(?:(?!(?:${ANY})\\b)\\p{L}+ed\\s+(?:and|&)\\s+)?(${ANY})(\\.?)(?:\\s+(?:and|&)\\s+(?!with\\b)[\\p{L}]+\\.?)?((?:\\s+from\\s+[^,;]+?)?(?:\\s+(?:and|&)\\s+[\\p{L}]+)?(?:,?\\s+(?:and\\s+)?with\\s+[^;]{1,60}?,?)?\\s+(?:by|par|von|di|de|por|da|av|van|door)(?:\\s*:)?\\s+|\\s*[:,]\\s+|\\s+)`,
  "iu",
);
/** A longer word for a role is no name: `Illustrationen Axel Scheffler`, but `Art Spiegelman`, `Ed McBain`, `Story, Tom`. */
const MIN_CERTAIN_WORD = 7;

/** `aus dem Englischen von`, `traduit de l'anglais par`, `vertaald uit het Engels door`. */
const TRANSLATED =
  /^\[?(?:(?:[Aa]us de[mr]|[Uu]it het|[Dd]al)\s|(?:[Tt]rad|[Vv]ert|[Üü]bers|[Öö]vers|[Oo]vers)\p{L}*\.?\s)[^;]{0,60}?(?<=\s)(?:von|par|por|di|de|door|av|af|da)\s+(?=\p{Lu})/u;

/** The role for a word or short phrase (`ill.`, `Illustrator`, `Übers.`), if any. */
export function roleOfWord(word: string): Role | undefined {
  return IS_ROLE.find(([, pattern]) => pattern.test(word.trim()))?.[0];
}

/** `村上春樹著`, `柴田元幸 訳`: author, translator, editor. */
const EAST_ASIAN =
  /^([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー・ ]{2,}?)\s*([著訳譯編])$/u;

/** Splits a text into names and the role before or after them. */
export function roleIn(text: string): { text: string; role?: Role } {
  const [, written, mark] = EAST_ASIAN.exec(text) ?? [];
  if (written !== undefined) {
    const role = mark === "著" ? "author" : mark === "編" ? "editor" : "translator";
    return { text: written, role };
  }
  for (const pattern of [IN_BRACKETS, AT_END, AFTER_YEARS]) {
    const [found, word = ""] = pattern.exec(text) ?? [];
    const role = roleOfWord(word);
    const before = found === undefined ? "" : text.slice(0, text.length - found.length).trim();
    const isGivenName = pattern === AT_END && !/[\s,]/.test(before) && mayBeName(word);
    if (role !== undefined && before !== "" && !isGivenName) return { text: before, role };
  }
  const translated = TRANSLATED.exec(text)?.[0];
  if (translated !== undefined) return { text: text.slice(translated.length), role: "translator" };
  return roleInFront(text) ?? { text };
}

/** Whether a word for a role can also be a name: it is short and has a capital. */
function mayBeName(word: string): boolean {
  return /^\p{Lu}/u.test(word) && word.length < MIN_CERTAIN_WORD;
}

function roleInFront(text: string): { text: string; role: Role } | undefined {
  const [found = "", word = "", stop = "", link = ""] = IN_FRONT.exec(text) ?? [];
  const role = roleOfWord(word);
  const rest = text.slice(found.length).replace(/\]$/, "").trim();
  if (role === undefined || rest === "") return undefined;
  // `Art De Vany`: the preposition can be a part of the name too.
  const isParticle = mayBeName(word) && stop === "" && /\s(?:von|di|de|da|van)\s+$/i.test(link);
  if (/[\p{L}:]/u.test(link)) return isParticle ? undefined : { text: rest, role };
  // Without `by` or a colon, the word and what follows may be one name, or a surname and a given name.
  const isName = /^\p{Lu}/u.test(word) && (mayBeName(word) ? stop === "" : !rest.includes(" "));
  return isName || !/^[\p{Lu}\p{Lo}]/u.test(rest) ? undefined : { text: rest, role };
}
