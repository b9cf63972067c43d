import type { Status } from "../../../../contract/library-fields.ts";
import { columnKey } from "./column-names.ts";

/** Words that services and users use for each status, in the languages of the column synonyms. Compared by `columnKey`. */
const WORDS: Readonly<Record<Status, string>> = {
  want_to_read:
    "want to read|to read|tbr|plan to read|planned|wishlist|wish list|unread|not begun|not started|not read|to be read|" +
    "zu lesen|will ich lesen|möchte ich lesen|ungelesen|à lire|non lu|pal|por leer|quiero leer|pendiente|sin leer|" +
    "da leggere|voglio leggere|non letto|te lezen|wil ik lezen|nog te lezen|ongelezen|para ler|quero ler|não lido|" +
    "do przeczytania|chcę przeczytać|nieprzeczytana|vill läsa|att läsa|oläst|vil læse|vil lese",
  reading:
    "currently reading|reading|now reading|in progress|started|begun|current|lese ich|lese gerade|ich lese|am lesen|" +
    "wird gelesen|angefangen|en cours|en cours de lecture|en train de lire|leyendo|en curso|en progreso|in lettura|" +
    "sto leggendo|in corso|aan het lezen|bezig|bezig met lezen|lendo|em leitura|em andamento|czytam|w trakcie|" +
    "aktualnie czytam|läser|läser nu|pågående|læser|leser",
  completed:
    "read|already read|finished|completed|complete|done|read but unowned|gelesen|fertig|beendet|lu|lue|terminé|leído|terminado|" +
    "finalizado|letto|finito|completato|gelezen|uitgelezen|voltooid|lido|concluído|terminada|przeczytane|przeczytana|" +
    "ukończone|läst|utläst|færdig|læst|lest|ferdig",
  paused:
    "on hold|hold|paused|pause|suspended|pausiert|unterbrochen|en pause|en pausa|pausado|in pausa|gepauzeerd|in de wacht|" +
    "wstrzymane|wstrzymana|pausad|pausat",
  abandoned:
    "did not finish|dnf|abandoned|stopped|stopped reading|unfinished|gave up|given up|quit|dropped|discarded|abgebrochen|" +
    "aufgegeben|abandonné|abandonnée|abandonado|abandonada|no terminado|abbandonato|non finito|afgebroken|gestopt|" +
    "niet uitgelezen|opgegeven|desisti|porzucone|porzucona|nieukończone|avbruten|avbruten läsning|ej utläst|afbrudt|avbrutt",
};

const STATUS_BY_WORD: ReadonlyMap<string, Status> = new Map(
  Object.entries(WORDS).flatMap(([status, words]) =>
    words.split("|").map((word): [string, Status] => [columnKey(word), status as Status]),
  ),
);

/** Returns the status for a word of a service or user (`currently-reading`, `Did Not Finish`, `gelesen`), if any. */
export function statusOf(word: string): Status | undefined {
  return STATUS_BY_WORD.get(columnKey(word));
}
