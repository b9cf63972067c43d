/** Letters that SQLite's unicode61 distinguishes although users do not: the indexed form, and the letters. */
const WRITTEN: readonly (readonly [plain: string, letters: string])[] = [
  ["ae", "ÆæǢǣǼǽ"],
  ["d", "ÐðĐđƊɗ"],
  ["h", "Ħħ"],
  ["i", "ı"],
  ["ij", "Ĳĳ"],
  ["l", "ĿŀŁł"],
  ["ng", "Ŋŋ"],
  ["o", "ØøǾǿ"],
  ["oe", "Œœ"],
  ["ss", "ßẞ"],
  ["t", "Ŧŧ"],
  ["th", "Þþ"],
  ["e", "Əə"],
  ["ff", "ﬀ"],
  ["fi", "ﬁ"],
  ["fl", "ﬂ"],
  ["ffi", "ﬃ"],
  ["ffl", "ﬄ"],
  ["st", "ﬅﬆ"],
  ["α", "ΆάἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏὰᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾰᾱᾲᾳᾴᾶᾷᾸᾹᾺᾼ"],
  ["ε", "ΈέἐἑἒἓἔἕἘἙἚἛἜἝὲῈ"],
  ["η", "ΉήἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὴᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟῂῃῄῆῇῊῌ"],
  ["ι", "ΊΐΪίϊἰἱἲἳἴἵἶἷἸἹἺἻἼἽἾἿὶῐῑῒῖῗῘῙῚ"],
  ["ο", "ΌόὀὁὂὃὄὅὈὉὊὋὌὍὸῸ"],
  ["ρ", "ῤῥῬ"],
  ["υ", "ΎΫΰϋύὐὑὒὓὔὕὖὗὙὛὝὟὺῠῡῢῦῧῨῩῪ"],
  ["ω", "ΏώὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὼᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯῲῳῴῶῷῺῼ"],
  ["е", "ЀЁѐё"],
  ["г", "Ѓѓ"],
  ["і", "Її"],
  ["к", "Ќќ"],
  ["и", "ЍЙйѝ"],
  ["у", "Ўў"],
  ["ا", "آأإ"],
  ["و", "ؤ"],
  ["ي", "ئ"],
];

/** Ranges of the full-width digits and letters, at an offset of 0xfee0 from ASCII. */
const FULL_WIDTH: readonly (readonly [first: number, last: number])[] = [
  [0xff10, 0xff19],
  [0xff21, 0xff3a],
  [0xff41, 0xff5a],
];

/**
 * Ranges of characters that are mostly omitted: Hebrew points, Arabic vowel signs and the tatweel,
 * keycaps, variation selectors.
 */
const SILENT: readonly (readonly [first: number, last: number])[] = [
  [0x591, 0x5bd],
  [0x5bf, 0x5bf],
  [0x5c1, 0x5c2],
  [0x5c4, 0x5c5],
  [0x5c7, 0x5c7],
  [0x610, 0x61a],
  [0x640, 0x640],
  [0x64b, 0x65f],
  [0x670, 0x670],
  [0x20d0, 0x20f0],
  [0xfe00, 0xfe0f],
  [0xe0100, 0xe01ef],
];

/** Each letter's indexed form; the empty string for one that is omitted. */
export const PLAIN_LETTERS: ReadonlyMap<string, string> = new Map([
  ...WRITTEN.flatMap(([plain, letters]) =>
    Array.from(letters, (letter) => [letter, plain] as const),
  ),
  ...FULL_WIDTH.flatMap((range) =>
    pointsOf(range).map((point) => [point, String.fromCodePoint(pointOf(point) - 0xfee0)] as const),
  ),
  ...SILENT.flatMap((range) => pointsOf(range).map((point) => [point, ""] as const)),
]);

function pointsOf([first, last]: readonly [number, number]): string[] {
  return Array.from({ length: last - first + 1 }, (_, offset) =>
    String.fromCodePoint(first + offset),
  );
}

function pointOf(letter: string): number {
  return letter.codePointAt(0) ?? 0;
}
