import type { Status } from "../../../../contract/library-fields.ts";
import type { ShelfStatus } from "../reading/assumptions.ts";
import { columnKey } from "./column-names.ts";
import { remembering } from "./remember.ts";
import { statusOfPhrase } from "./status-phrases.ts";

/** Words that services and users use for each status, in the languages of the column synonyms. Compared by `columnKey`. */
const WORDS: Readonly<Record<Status, string>> = {
  want_to_read:
    "per llegir|vull llegir|pendent|ingin dibaca|belum dibaca|want to read|to read|wishlisted|auf dem sub|plánuji|ready to start|tbr|plan to read|planned|planning|planning to read|wishlist|wish|wished|wanted|want|unread|not begun|" +
    "not started|not read|not read yet|not yet|not yet read|to be read|to start|backlog|plan to start|up next|next up|next|read next|read later|queued|on my list|reading list|" +
    "zu lesen|will ich lesen|möchte ich lesen|ungelesen|noch nicht gelesen|nicht gelesen|wunschliste|auf der wunschliste|wunsch|merkliste|leseliste|noch zu lesen|sub|geplant|vorgemerkt|" +
    "à lire|non lu|non lus|pas lu|pal|pile à lire|envie|envie de lire|envies|souhaité|souhaits|liste de souhaits|je veux lire|veux lire|wishlist|prévu|à commencer|" +
    "por leer|quiero leer|pendiente|pendientes|sin leer|no leído|lista de deseos|deseado|deseados|" +
    "da leggere|voglio leggere|non letto|non ancora letto|lista dei desideri|desiderato|in lista|" +
    "te lezen|wil ik lezen|nog te lezen|ongelezen|niet gelezen|verlanglijst|verlanglijstje|wenslijst|" +
    "para ler|quero ler|não lido|vou ler|a ler|lista de desejos|desejado|desejados|por ler|" +
    "do przeczytania|chcę przeczytać|nieprzeczytana|nieprzeczytane|lista życzeń|w planach|" +
    "vill läsa|att läsa|oläst|ska läsa|önskelista|vil læse|vil lese|skal læse|skal lese|ulæst|ulest|ønskeliste|ønskeseddel|" +
    "хочу прочитать|хочу прочесть|прочитать|в планах|запланировано|не прочитано|не читал|не читала|не читано|не начато|вишлист|желаемое|отложено на потом|буду читать|к прочтению|список желаний|" +
    "読みたい|読みたい本|積読|積ん読|未読|これから読む|気になる|ほしい|欲しい|ウィッシュリスト|" +
    "想读|想看|想讀|未读|未讀|待读|待讀|计划阅读|計劃閱讀|愿望单|願望清單|准备读|打算读|" +
    "읽고 싶은|읽고 싶어요|읽고 싶은 책|읽을 예정|읽을 책|읽기 전|읽지 않음|안 읽음|위시리스트|찜|보고싶어요|" +
    "okunacak|okunacaklar|okumak istiyorum|okumak istediklerim|istek listesi|istek listem|okunmadı|okumadım|" +
    "chci číst|chci si přečíst|chci přečíst|k přečtení|nepřečteno|nepřečtené|nepřečtená|přečíst|na seznamu|" +
    "chcem čítať|na prečítanie|neprečítané|" +
    "olvasandó|el akarom olvasni|elolvasandó|olvasatlan|várólista|kívánságlista|szeretném elolvasni|" +
    "haluan lukea|aion lukea|lukematta|lukulista|lukematon|luettava|toivelista|" +
    "θέλω να διαβάσω|προς ανάγνωση|αδιάβαστο|αδιάβαστα|λίστα επιθυμιών|θα διαβάσω|" +
    "noriu perskaityti|neskaityta|neperskaityta|gribu izlasīt|nelasīts|jāizlasa|tahan lugeda|lugemata|de citit|" +
    "vreau să citesc|necitit|necitită|želim pročitati|za čitanje|nepročitano|želim prebrati|искам да прочета|за четене|" +
    "непрочетена|хочу прочитати|прочитати|у планах|أريد قراءته|أريد أن أقرأ|للقراءة|רוצה לקרוא|לקריאה|לא קראתי|לא נקרא|" +
    "muốn đọc|chưa đọc",
  reading:
    "llegint|sedang dibaca|currently reading|reading|progress|now reading|in progress|started|begun|current|active|ongoing|being read|re-reading|currently rereading|reading again|" +
    "lese ich|lese gerade|ich lese|am lesen|wird gelesen|angefangen|lese ich gerade|lese ich aktuell|ich lese gerade|aktuell|aktuell am lesen|begonnen|gerade am lesen|lese|lesend|lese ich wieder|lese erneut|in bearbeitung|wird gerade gelesen|" +
    "en cours|en cours de lecture|en train de lire|lecture en cours|je lis|en lecture|lecture|commencé|relecture|en relecture|relecture en cours|" +
    "leyendo|en curso|en progreso|leyendo ahora|leyendo actualmente|actualmente leyendo|releyendo|empezado|en lectura|" +
    "in lettura|sto leggendo|in corso|leggendo|in rilettura|sto rileggendo|iniziato|rileggendo|lettura in corso|" +
    "aan het lezen|bezig|bezig met lezen|ben ik aan het lezen|nu aan het lezen|lees ik nu|momenteel aan het lezen|herlezen|aan het herlezen|begonnen|" +
    "lendo|em leitura|em andamento|a ler agora|estou lendo|lendo agora|relendo|a reler|lendo atualmente|iniciado|" +
    "czytam|w trakcie|aktualnie czytam|teraz czytam|w trakcie czytania|czytam ponownie|obecnie czytam|" +
    "läser|läser nu|pågående|läser just nu|läser om|læser|leser|læser nu|leser nå|læser lige nu|i gang|påbörjad|påbegyndt|påbegynt|" +
    "читаю|читаю сейчас|сейчас читаю|в процессе|чтение|перечитываю|начато|читается|" +
    "読んでる|読んでいる|いま読んでる|今読んでいる|読書中|読んでいる本|再読中|読み中|途中|" +
    "在读|在看|在讀|正在读|正在讀|阅读中|閱讀中|正在阅读|正在閱讀|读书中|重读|重讀|" +
    "읽는 중|읽고 있는|읽고 있어요|읽고 있는 책|읽는중|독서중|다시 읽는 중|보는중|" +
    "okuyorum|okunuyor|şu an okuyorum|şu anda okuyorum|şu an okuduklarım|okumakta|devam ediyor|tekrar okuyorum|" +
    "čtu|právě čtu|rozečteno|rozečtené|rozečtená|rozečtená kniha|aktuálně čtu|čtu znovu|čtená|čtené|" +
    "čítam|práve čítam|rozčítané|" +
    "olvasom|épp olvasom|éppen olvasom|jelenleg olvasom|most olvasom|folyamatban|újraolvasom|olvasás alatt|" +
    "luen|luen nyt|lukemassa|kesken|parhaillaan lukemassa|luettavana|luen uudelleen|lukeminen|" +
    "διαβάζω|διαβάζω τώρα|σε εξέλιξη|διαβάζεται|ξαναδιαβάζω|" +
    "skaitau|skaitoma|lasu|loen|pooleli|citesc|în curs de citire|čitam|u tijeku|berem|чета|чета в момента|читам|" +
    "зараз читаю|у процесі|перечитую|أقرأ حاليا|أقرأ الآن|أقرأ|قيد القراءة|קורא|קוראת|קורא כעת|קוראת כעת|בקריאה|đang đọc",
  completed:
    "llegit|llegits|acabat|sudah dibaca|selesai dibaca|selesai|read|already read|finished|finished reading|completed|complete|done|have read|read it|read but unowned|read in full|reread|listened|" +
    "gelesen|fertig|beendet|ausgelesen|durchgelesen|erledigt|abgeschlossen|gelesene bücher|habe ich gelesen|zu ende gelesen|fertig gelesen|" +
    "lu|lue|lus|terminé|terminée|lu et approuvé|j'ai lu|déjà lu|fini|finie|lecture terminée|achevé|" +
    "leído|leídos|leída|terminado|terminada|finalizado|acabado|ya leído|completado|he leído|" +
    "letto|letti|letta|finito|completato|già letto|terminato|ho letto|" +
    "gelezen|uitgelezen|voltooid|heb ik gelezen|uit|klaar|" +
    "lido|lidos|lida|concluído|já li|li|terminei|finalizada|" +
    "przeczytane|przeczytana|ukończone|przeczytany|przeczytałam|przeczytałem|zakończone|skończone|" +
    "läst|utläst|lästa|har läst|avslutad|klar|færdig|læst|har læst|lest|ferdig|har lest|færdiglæst|utlest|" +
    "прочитано|прочитал|прочитала|прочитана|прочитанные|прочитанная|прочёл|прочла|завершено|закончено|закончил|закончила|читал|читала|дочитано|" +
    "読んだ|読み終わった|読了|読み終えた|読んだ本|既読|読破|" +
    "读过|看过|讀過|已读|已讀|读完|讀完|已读完|完成|已完成|看完|" +
    "읽음|읽은|읽었어요|읽은 책|다 읽음|다 읽은|완독|완료|다 읽었어요|봤어요|" +
    "okudum|okundu|okuduklarım|bitti|tamamlandı|bitirdim|okunan|okunanlar|" +
    "přečteno|přečtené|přečtená|přečtený|přečetl|přečetla|dočteno|dokončeno|četl|četla|" +
    "prečítané|prečítaná|prečítal|prečítala|dočítané|" +
    "olvasott|elolvastam|elolvasva|olvastam|befejezett|befejezve|kész|elolvasott|befejeztem|" +
    "luettu|lukenut|olen lukenut|valmis|luetut|" +
    "διαβασμένο|διαβάστηκε|διάβασα|ολοκληρώθηκε|τελείωσε|το διάβασα|διαβασμένα|ολοκληρωμένο|" +
    "perskaityta|perskaičiau|baigta|izlasīts|izlasīta|pabeigts|loetud|läbi loetud|lõpetatud|citit|citită|terminat|" +
    "terminată|pročitano|pročitana|pročitao|pročitala|završeno|prebrano|прочетена|прочетено|прочетен|прочетох|прочитав|" +
    "مقروء|مقروءة|قرأته|قرأت|تمت قراءته|تمت القراءة|קראתי|נקרא|סיימתי|đã đọc|đọc xong",
  paused:
    "on hold|hold|paused|pause|suspended|on pause|on break|set aside|put aside|stalled|pausiert|unterbrochen|pausierend|zurückgestellt|auf eis|" +
    "en pause|mis en pause|suspendu|en attente|interrompu|en pausa|pausado|pausada|suspendido|aplazado|in pausa|sospeso|sospesa|interrotto|" +
    "gepauzeerd|in de wacht|on pauze|op pauze|onderbroken|em pausa|pausei|suspenso|wstrzymane|wstrzymana|zawieszone|przerwane|odłożone|" +
    "pausad|pausat|pausade|på paus|på pause|pauset|отложено|отложил|отложила|пауза|на паузе|приостановлено|приостановила|" +
    "中断|一時停止|保留|休止中|搁置|擱置|暂停|暫停|보류|잠시 멈춤|일시 정지|중단|읽다 멈춤|" +
    "beklemede|ara verildi|ara verdim|durduruldu|pozastaveno|odloženo|přerušeno|pozastavené|prerušené|" +
    "szüneteltetve|félretettem|felfüggesztve|szünetel|tauolla|keskeytetty|σε παύση|σε αναμονή|διακοπή|" +
    "pristabdyta|atidėta|atlikts|ootel|în pauză|amânat|pauzirano|na čekanju|на пауза|на паузі|відкладено|متوقف مؤقتا|" +
    "مؤجل|בהמתנה|מושהה|tạm dừng",
  abandoned:
    "berhenti membaca|did not finish|dnf|dnf'd|abandoned|stopped|stopped reading|unfinished|gave up|given up|quit|dropped|discarded|did not complete|couldn't finish|could not finish|never finished|not finished|not finishing|" +
    "abgebrochen|aufgegeben|nicht beendet|nicht zu ende gelesen|habe ich abgebrochen|" +
    "abandonné|abandonnée|abandonnés|abandon|j'ai abandonné|pas fini|pas terminé|non terminé|laissé tomber|arrêté|" +
    "abandonado|abandonada|abandonados|no terminado|no acabado|dejado|lo dejé|abandoné|" +
    "abbandonato|abbandonata|abbandonati|non finito|non terminato|interrotta|ho abbandonato|" +
    "afgebroken|gestopt|niet uitgelezen|opgegeven|gestopt met lezen|niet afgemaakt|" +
    "desisti|abandonei|larguei|não terminei|não terminado|abandonados|não concluído|" +
    "porzucone|porzucona|nieukończone|porzucony|nie dokończone|przestałam czytać|przestałem czytać|nieskończone|" +
    "avbruten|avbruten läsning|ej utläst|avbröt|slutade läsa|gav upp|afbrudt|opgivet|avbrutt|gitt opp|ga opp|droppet|" +
    "брошено|бросил|бросила|не дочитал|не дочитала|не дочитано|недочитано|заброшено|забросил|забросила|не закончено|брошена|" +
    "挫折|読むのをやめた|やめた|途中でやめた|断念|放棄|弃读|棄讀|放弃|抛弃|拋棄|弃坑|没读完|未读完|" +
    "포기|읽다 포기|중도 포기|그만둠|읽다 그만둠|하차|yarım bırakıldı|yarım bıraktım|bıraktım|bırakıldı|yarım kaldı|yarıda bırakıldı|terk edildi|" +
    "nedočteno|nedočtené|nedočtená|odloženo natrvalo|nedokončeno|vzdal|vzdala|opuštěno|nedočítané|nedokončené|" +
    "félbehagyott|félbehagytam|abbahagytam|feladtam|félbehagyva|nem fejeztem be|abbahagyott|" +
    "kesken jätetty|jätin kesken|keskeytin|jäi kesken|hylätty|luovutin|εγκαταλείφθηκε|παράτησα|το παράτησα|δεν το τελείωσα|εγκατέλειψα|ημιτελές|" +
    "nebaigta|mesta|pamests|katkestatud|jätsin pooleli|abandonat|abandonată|odustao|odustala|napušteno|nedovršeno|" +
    "изоставена|недовършена|покинуто|кинуто|закинуто|не дочитав|لم أكمله|متروك|נטשתי|לא סיימתי|הפסקתי|bỏ dở",
};

const STATUS_BY_WORD: ReadonlyMap<string, Status> = new Map(
  // The first of two statuses with the same word wins, so the most specific lists come last.
  Object.entries(WORDS)
    .flatMap(([status, words]) =>
      words.split("|").map((word): [string, Status] => [columnKey(word), status as Status]),
    )
    .toReversed(),
);

const YES = new Set(
  "yes|y|true|1|x|✓|✔|☑|✅|ja|j|oui|o|vrai|sí|si|s|verdadero|vero|sim|verdadeiro|tak|t|prawda|да|д|истина|はい|済|○|◯|是|✔️|예|네|evet|e|ano|áno|igen|i|kyllä|k|ναι|wahr|waar|sant|sand|da|taip|jā|jah|так|نعم|כן|có|rồi|read|done|checked"
    .split("|")
    .map(yesKey),
);
const NO = new Set(
  "no|n|false|0|✗|✘|☐|❌|nein|non|faux|falso|nee|não|nie|nej|nei|нет|ложь|いいえ|×|否|아니오|아니요|hayır|h|ne|nem|ei|e̱|όχι|falsch|onwaar|falskt|nu|не|ні|لا|לא|không|chưa|unread|-"
    .split("|")
    .map(yesKey),
);

function yesKey(word: string): string {
  return word.trim().toLowerCase().replaceAll("\uFE0F", "");
}

/** Reads a yes or no in a column such as `Read?`; undefined for any other text. */
export function yesOrNo(cell: string): boolean | undefined {
  const key = yesKey(cell);
  if (YES.has(key)) return true;
  return NO.has(key) ? false : undefined;
}

/** `Did not finish (DNF)`: the text without the brackets, and the text in them. */
const BRACKETS = /^(.*?)\s*[([（【]([^()[\]（）【】]*)[)\]）】]\s*$/u;

/** The number of a list item: `1 - Read`, `2. Reading`, `(3) To read`. */
const NUMBERING = /^\s*[([]?\d{1,2}\s*[.):\]–-]\s*(?=\p{L})/u;

/** Longer texts are not examined, because the patterns take more than linear time. */
const MAX_LENGTH = 200;

/** Returns the status for a word of a service or user (`currently-reading`, `Did Not Finish (DNF)`, `gelesen`), if any. */
export function statusOf(written: string): Status | undefined {
  if (written.length > MAX_LENGTH) return undefined;
  const word = written.replace(/\s+/g, " ").replace(NUMBERING, "");
  const exact = STATUS_BY_WORD.get(columnKey(word));
  if (exact !== undefined) return exact;
  const [, before = "", within = ""] = BRACKETS.exec(word) ?? [];
  const parts = [before, within, ...word.split(/\s*[/|:–—]\s*|\s+-\s+/)];
  const found = new Set(parts.flatMap((part) => STATUS_BY_WORD.get(columnKey(part)) ?? []));
  const [status] = found;
  if (found.size > 1) return undefined;
  return status ?? statusOfPhrase(word, statusOfWord);
}

/** The status of a word or phrase in the lists, if any. */
export function statusOfWord(word: string): Status | undefined {
  return STATUS_BY_WORD.get(columnKey(word));
}

/** The status that a tag such as `to-read` unambiguously means. */
export function statusOfTag(tag: string): Status | undefined {
  return /^(?:progress|complete|current|active|started|next|hold|pause|lecture|done|uit|klar|li)$/i.test(
    tag.trim(),
  )
    ? undefined
    : STATUS_BY_WORD.get(columnKey(tag));
}

interface ShelfMeaning {
  key: string;
  status: ShelfStatus;
  confidence: number;
}

/**
 * Returns the status of a shelf, by the caller's mapping or by its name; `none` means a shelf
 * without a status. `key` is the `columnKey` of the shelf.
 */
export function shelfStatusOf(
  shelf: string,
  chosen: ReadonlyMap<string, ShelfStatus>,
): ShelfMeaning {
  const known = meaningOf(shelf);
  const own = chosen.get(known.key);
  return own === undefined ? known : { key: known.key, status: own, confidence: 1 };
}

const meaningOf = remembering((shelf): ShelfMeaning => {
  const key = columnKey(shelf);
  const exact = STATUS_BY_WORD.get(key);
  if (exact !== undefined) return { key, status: exact, confidence: 0.95 };
  const similar = statusOf(shelf);
  return similar === undefined
    ? { key, status: "none", confidence: 0.5 }
    : { key, status: similar, confidence: 0.8 };
});
