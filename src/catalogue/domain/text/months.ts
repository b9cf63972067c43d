/** The names of the months in the languages of the providers' records, and their abbreviations, without accents. */
const NAMES = [
  "january jan januar janner janvier janv enero ene gennaio gen januari janeiro stycznia styczen января январь",
  "february feb februar fevrier fevr febrero febbraio febbr februari fevereiro fev lutego luty февраля февраль",
  "march mar marz mrz mars marzo maart mrt marco marts marca marzec марта март",
  "april apr avril avr abril abr aprile kwietnia kwiecien апреля апрель",
  "may mai mayo maggio mag mei maio maj maja мая май",
  "june jun juni juin junio giugno giu junho czerwca czerwiec июня июнь",
  "july jul juli juillet juil julio luglio lug julho lipca lipiec июля июль",
  "august aug aout agosto ago augustus augusti sierpnia sierpien августа август",
  "september sep sept septembre septiembre setiembre settembre sett setembro wrzesnia wrzesien сентября сентябрь",
  "october oct oktober okt octobre octubre ottobre ott outubro pazdziernika pazdziernik октября октябрь",
  "november nov novembre noviembre novembro listopada listopad ноября ноябрь",
  "december dec dezember dez decembre diciembre dic dicembre dezembro desember grudnia grudzien декабря декабрь",
].map((names) => names.split(" "));

const BY_NAME: ReadonlyMap<string, number> = new Map(
  NAMES.flatMap((names, index) => names.map((name) => [name, index + 1] as const)),
);

/** The number of a month, from 1, by its name; 0 for any other word. */
export function monthOf(name: string): number {
  const plain = name.normalize("NFD").replace(/[\u0300-\u0303\u0308]/g, "");
  return BY_NAME.get(plain.toLowerCase().normalize("NFC")) ?? 0;
}
