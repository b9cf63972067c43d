import type { Status } from "../../../../contract/library-fields.ts";
import { fold } from "../../../library/domain/fold.ts";

const wordsOf = (words: string): ReadonlySet<string> => new Set(fold(words).split(" "));

const NOT = wordsOf("not never nicht pas non no não nie ikke inte ej niet ne nem не ei δεν");
const READ = wordsOf(
  "read gelesen lu lue leído leída letto letta lido lida gelezen przeczytane przeczytana czytane läst læst lest прочитано прочитана " +
    "читал читала прочитал прочитала přečteno přečtená čteno olvasott luettu διαβασμένο",
);
const BEGUN = wordsOf(
  "started begun begonnen angefangen gestartet commencé commencée entamé empezado empezada comenzado iniziato iniziata cominciato " +
    "iniciado começado rozpoczęte rozpoczęta zaczęte zaczęta påbegyndt påbegynt påbörjad begynt startet начато начата начал начала " +
    "začato začatá elkezdett elkezdve aloitettu",
);
const ENDED = wordsOf(
  "finished completed beendet fertig terminé terminée fini finie terminado acabado finito terminato uitgelezen afgemaakt concluído " +
    "ukończone ferdig færdig дочитано дочитал закончено dočteno befejezett",
);
const WANT = wordsOf(
  "want wants wish plan plans planning will möchte mag envie veux voudrais quiero voglio vorrei wil quero chcę vill vil хочу планирую " +
    "chci plánuji chcem szeretném akarom haluan aion θέλω",
);
const TO_READ = wordsOf(
  "read lesen lire leer leerlo leggere leggerlo lezen ler czytać przeczytać läsa læse lese читать почитать прочитать прочесть číst " +
    "přečíst čítať prečítať olvasni elolvasni lukea διαβάσω",
);
/** Words that turn an infinitive into the progressive: `Estou a ler`. */
const BEING = wordsOf("estou estoy sto suis bin ben am");
/** Words around a status that do not change it. */
const FILLERS = wordsOf(
  "i am m ve is be to it this that the a de da di te å at om noch still yet encore ancora ainda aún todavía jeszcze ännu enda ещё już " +
    "ještě ich je j suis estoy estou sto ben ik jeg jag er min have has been habe ai he ho eu já ya déjà le la lo l les book já now nu " +
    "jetzt ahora adesso ora agora again wieder si se og och já się que να",
);

/** Statuses in Chinese, Japanese and Korean, which do not separate words. */
const EAST_ASIAN: readonly (readonly [RegExp, Status])[] = [
  [/^(?:还未|還未|尚未|还没|還沒|未|没|沒)(?:开始|開始|读|讀|看|阅读|閱讀|読)/u, "want_to_read"],
  [/(?:読みたい|読もう)/u, "want_to_read"],
  [/^읽고\s*싶/u, "want_to_read"],
  [/(?:読んで(?:い)?(?:ます|る)|読書中|読み途中)/u, "reading"],
  [/^읽고\s*있/u, "reading"],
  [/(?:読み終わ|読み終え|読了)/u, "completed"],
  [/^(?:保留|中断|一時停止)中?$/u, "paused"],
  [/^(?:일시\s*중지|보류)/u, "paused"],
];

const PERCENT = /^(\d{1,3})\s*%$/;
/** `Read in 2021`, `DNF @ 30%`, `DNF at p. 50`, `Read (2)`. */
const DETAIL =
  /[\s,]*(?:(?:in|en|im|em|w|в)\s+(?:19|20)\d{2}|(?:19|20)\d{2}|[([]?(?:@|at|bei|à|en|na|w|auf)?\s*(?:\d{1,3}\s*%|(?:p|pg|page|s|seite|стр)\.?\s*\d+)[)\]]?|[([]\d+\s*x?[)\]])$/iu;

/**
 * Reads a phrase with a status: `Noch nicht begonnen`, `Je suis en train de lire`, `DNF @ 30%`, `50%`.
 * @param known the status of a word or phrase in the lists
 */
export function statusOfPhrase(
  phrase: string,
  known: (word: string) => Status | undefined,
): Status | undefined {
  const text = phrase.trim();
  const [, percent] = PERCENT.exec(text) ?? [];
  if (percent !== undefined) return ofPercent(Number(percent));
  const plain = text.replace(DETAIL, "");
  const found = plain === text || plain === "" ? undefined : known(plain);
  if (found !== undefined) return found;
  const [, eastAsian] = EAST_ASIAN.find(([pattern]) => pattern.test(plain)) ?? [];
  return eastAsian ?? ofWords(plain, known);
}

function ofPercent(percent: number): Status | undefined {
  if (percent > 100) return undefined;
  if (percent === 100) return "completed";
  return percent === 0 ? "want_to_read" : "reading";
}

const MAX_WORDS = 7;

function ofWords(phrase: string, known: (word: string) => Status | undefined): Status | undefined {
  const words = fold(phrase)
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== "");
  if (words.length === 0 || words.length > MAX_WORDS) return undefined;
  const rest = words.filter((word) => !FILLERS.has(word));
  const has = (set: ReadonlySet<string>): boolean => rest.some((word) => set.has(word));
  const onlyHas = (...sets: ReadonlySet<string>[]): boolean =>
    rest.every((word) => sets.some((set) => set.has(word)));
  if (has(NOT) && onlyHas(NOT, READ, BEGUN) && (has(READ) || has(BEGUN))) return "want_to_read";
  if (has(NOT) && onlyHas(NOT, ENDED, READ) && has(ENDED)) return "abandoned";
  if (has(WANT) && onlyHas(WANT, TO_READ) && has(TO_READ)) return "want_to_read";
  if (rest.length > 0 && onlyHas(TO_READ) && words.some((word) => BEING.has(word)))
    return "reading";
  for (let start = 0; start < words.length && FILLERS.has(words[start] ?? ""); start += 1) {
    const status = known(words.slice(start + 1).join(" "));
    if (status !== undefined) return status;
  }
  const statuses = new Set(rest.map(known));
  const [status] = statuses;
  return rest.length > 0 && statuses.size === 1 ? status : undefined;
}
