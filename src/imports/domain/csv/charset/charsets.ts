/** An encoding that can be detected from the text, with the languages that use it. */
export interface Charset {
  /** The label in the Encoding Standard. */
  label: string;
  languages: readonly string[];
  /** How much rarer files in this encoding are than in windows-1252, as a logarithm. */
  prior: number;
}

const WEST = "de fr es it pt nl sv da fi is et ca".split(" ");
const CENTRAL = "pl cs sk hu ro hr de".split(" ");
const BALTIC = "lt lv et".split(" ");
const CYRILLIC = "ru uk bg sr be".split(" ");
/** East Asian encodings also contain these letters. */
const EASTERN_LETTERS = ["ru", "uk", "bg", "el"];

/** Encodings of one byte or several that are supersets of ASCII, except UTF-8. */
export const CHARSETS: readonly Charset[] = [
  { label: "windows-1252", languages: WEST, prior: 0 },
  { label: "windows-1250", languages: CENTRAL, prior: -0.5 },
  { label: "windows-1251", languages: CYRILLIC, prior: -0.5 },
  { label: "windows-1253", languages: ["el"], prior: -1 },
  { label: "windows-1254", languages: ["tr"], prior: -0.7 },
  { label: "windows-1255", languages: ["he"], prior: -3 },
  { label: "windows-1256", languages: ["ar"], prior: -3 },
  { label: "windows-1257", languages: BALTIC, prior: -4 },
  { label: "windows-1258", languages: ["vi"], prior: -3 },
  { label: "windows-874", languages: ["th"], prior: -3 },
  { label: "iso-8859-6", languages: ["ar"], prior: -4 },
  { label: "iso-8859-13", languages: BALTIC, prior: -5 },
  { label: "iso-8859-2", languages: CENTRAL, prior: -1 },
  { label: "iso-8859-5", languages: CYRILLIC, prior: -2 },
  { label: "iso-8859-7", languages: ["el"], prior: -1.5 },
  { label: "iso-8859-15", languages: WEST, prior: -2 },
  { label: "koi8-r", languages: ["ru", "bg"], prior: -2 },
  { label: "koi8-u", languages: ["uk"], prior: -2.5 },
  { label: "ibm866", languages: CYRILLIC, prior: -3 },
  { label: "macintosh", languages: WEST, prior: -1.5 },
  { label: "x-mac-cyrillic", languages: CYRILLIC, prior: -3 },
  { label: "shift_jis", languages: ["ja", ...EASTERN_LETTERS], prior: -0.5 },
  { label: "euc-jp", languages: ["ja", ...EASTERN_LETTERS], prior: -1 },
  { label: "gb18030", languages: ["zh", ...EASTERN_LETTERS], prior: -0.5 },
  { label: "big5", languages: ["tw", ...EASTERN_LETTERS], prior: -0.7 },
  { label: "euc-kr", languages: ["ko", ...EASTERN_LETTERS], prior: -0.5 },
];
