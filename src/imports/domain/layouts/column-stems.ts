import { fold } from "../../../library/domain/fold.ts";

/** Parts of column names, in the languages of the column names. Compared by `fold`. */
const STEMS = {
  date:
    "date dates datum data fecha dato дата датум tarih tarihi day tag dag dňa день dzień den dátum dátuma napja dne pvm päivämäärä päivä " +
    "ημερομηνία 日期 日付 日 时间 時間 날짜 일",
  start:
    "start started starting begin began begun beginning beginn angefangen anfang begonnen begin début commencé commencée inicio início " +
    "iniciado iniciada comienzo empezado inizio iniziato iniziata początek początku rozpoczęcia rozpoczęto начало начала начат начато " +
    "начал başlama başlangıç başladım začátek začátku zahájení začato kezdés kezdete kezdési aloitus aloitettu påbegyndt påbegynt " +
    "påbörjad började έναρξη έναρξης 开始 開始 始めた 시작",
  end:
    "end ended ending finish finished finishing complete completed completion fin fini finie fine fim ende beendet fertig abgeschlossen " +
    "ausgelesen uitgelezen einde eind terminé terminée terminado terminada término conclusão concluído conclusión finalización " +
    "finalizado acabado finito finita conclusione ukończenia ukończono zakończenia zakończono przeczytania przeczytano przeczytane " +
    "koniec końca окончание окончания окончено прочтения прочитано прочитана завершения завершено конец bitiş bitirme bitti tamamlama " +
    "okunma dočteno dočtení prečítané přečteno přečtení dokončení konec vége befejezés befejezési befejezve elolvasva lopetus lopetettu luettu " +
    "läst utläst lest læst slut slutt slutade sluttet ferdig færdig avslutad λήξη ολοκλήρωση gelesen gelezen read lu lue lido lida " +
    "letto letta leído leída 完 完成 完了 完读 完讀 读完 讀完 看完 読了 読み終わった 終了 结束 結束 완독 완료 종료 다읽은",
  reading:
    "reading lecture lectura lettura leitura lektüre чтение чтения okuma čtení čítania olvasás lesen lese lesning læsning läsning läsa " +
    "læse czytanie czytania lezen lees luku lukeminen ανάγνωση ανάγνωσης 阅读 閱讀 読書 読み 독서 읽기",
  status:
    "status statut statuss état estado stato stan stav tila статус состояние durum durumu situação situación situazione állapot " +
    "κατάσταση 状态 狀態 状況 状態 상태",
  filler:
    "of the a an i it on at am um im in da de del della delle di do dos dei du des le la les el lo il l d den det der die das dem en em " +
    "op o na w z kiedy quand wann when von van zu to och og y e et for när når het een book buch livre libro livro boek книги kitap " +
    "knihy könyv",
  /** In a name that marks the user's own value. */
  own:
    "my your own personal user mein meine meiner dein deine eigen eigene eigener persönlich persönliche ma mon mes ta ton votre " +
    "personnel personnelle perso mi mis tu su propia propio mio mia mijn jouw eigen persoonlijke minha meu sua seu pessoal personale " +
    "moja moje mój własna min mitt mina mine egen eget моя мой моё мои личная личный benim kişisel vlastní mé saját oma μου 我的 私の " +
    "自分の 내 나의",
  /** In a question such as `Have you read it yet?`. */
  question: "have has had been already yet you i ve it is did mu mi mı mü ci the book this",
} as const;

export type Stem = keyof typeof STEMS;

const wordsOf = (words: string): string[] => fold(words).split(/\s+/);

const BY_CLASS = new Map(
  Object.entries(STEMS).map(([stem, words]) => [stem as Stem, new Set(wordsOf(words))]),
);

/** Stems that form compound words: `Lesedatum`, `读完日期`. */
const COMPOSED: readonly Stem[] = ["date", "start", "end", "reading", "status"];
const PARTS = new Map(
  COMPOSED.flatMap((stem) => [...(BY_CLASS.get(stem) ?? [])].map((word) => [word, stem] as const)),
);
const ALTERNATIVES = [...PARTS.keys()]
  .toSorted((one, other) => other.length - one.length)
  .join("|");
const PART = new RegExp(ALTERNATIVES, "gu");

/** The words of a name, folded. */
export function nameWords(name: string): string[] {
  return fold(name)
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== "");
}

export const isStem = (word: string, stem: Stem): boolean => BY_CLASS.get(stem)?.has(word) ?? false;

/** The stems that a name is composed of, without fillers; undefined if it has any other word. */
export function stemsOf(words: readonly string[]): Set<Stem> | undefined {
  const stems = new Set<Stem>();
  for (const word of words) {
    const whole = COMPOSED.filter((stem) => isStem(word, stem));
    if (whole.length === 0 && (isStem(word, "filler") || isStem(word, "own"))) continue;
    // Not a single pattern for the whole word, which would try every way to divide it.
    if (whole.length === 0 && word.replace(PART, "") !== "") return undefined;
    if (whole.length > 0) for (const stem of whole) stems.add(stem);
    else for (const [part] of word.matchAll(PART)) stems.add(PARTS.get(part) ?? "filler");
  }
  return stems;
}
