import { describe, expect, it } from "vitest";
import { decoders } from "../../../../../test/support/imports/decoders.ts";
import { encode } from "../../../../../test/support/imports/encode.ts";
import { libraryOf, type Language } from "../../../../../test/support/imports/libraries.ts";
import { isKnownName } from "../../layouts/synonyms.ts";
import { readCsv } from "../read-csv.ts";

const LATIN: readonly Language[] = ["de", "fr", "es", "pl", "cs", "hu", "tr"];
const CYRILLIC: readonly Language[] = ["ru", "uk"];

/** Languages by encoding. Pairs are skipped if the encoding lacks a letter. */
const ENCODINGS: Readonly<Record<string, readonly Language[]>> = {
  "windows-1251": CYRILLIC,
  "iso-8859-5": CYRILLIC,
  "koi8-r": CYRILLIC,
  "windows-1250": LATIN,
  "iso-8859-2": LATIN,
  "windows-1252": LATIN,
  macintosh: LATIN,
  "iso-8859-9": LATIN,
  "windows-1253": ["el"],
  shift_jis: ["ja", "ru"],
  "euc-jp": ["ja", "ru"],
  gb18030: ["zh", "ru"],
  big5: ["tw"],
  "euc-kr": ["ko", "ru"],
  "windows-1258": ["vi"],
};

/** A seeded generator of numbers from 0 to 1 (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Reads a file back to its text, as lines of cells. */
async function read(bytes: Uint8Array, given: { chosen?: string; declared?: string } = {}) {
  const hints = { isKnownName, ...given };
  const reading = await readCsv(once(bytes), { decoders, hints });
  if (reading.kind === "refused") throw new Error(reading.found);
  const records = (await Array.fromAsync(reading.records)).flat();
  return {
    text: records.map(({ cells }) => cells.join(";")).join("\r\n"),
    encoding: reading.encoding,
    doubtful: records.filter(({ isDoubtful }) => isDoubtful).length,
  };
}

/**
 * Sizes in bytes of text. Every run has the same libraries, because the asserted share of files
 * would otherwise vary.
 */
const SIZES = [2000, 4000];

describe("an encoding", () => {
  it("is recognised in libraries of at least 2 KB, and never wrong with certainty", async () => {
    const wrong: string[] = [];
    const certain: string[] = [];
    let files = 0;
    for (const size of SIZES) {
      for (const [label, languages] of Object.entries(ENCODINGS)) {
        for (const language of languages) {
          const text = libraryOf(language, size, randomOf(size + files));
          const bytes = encode(text, label);
          if (bytes === undefined) continue;
          files += 1;
          const { text: found, encoding, doubtful } = await read(bytes);
          if (`${found}\r\n` === text) continue;
          const what = `${language} in ${label} as ${encoding.encoding} at ${encoding.confidence}`;
          wrong.push(what);
          if (encoding.confidence > 0.8 || doubtful === 0) certain.push(what);
        }
      }
    }
    expect(files).toBeGreaterThan(40);
    expect(certain).toEqual([]);
    expect(wrong.slice(Math.floor(files / 100))).toEqual([]);
  });

  const library = libraryOf("ru", 2000, randomOf(1));
  const bytes = encode(library, "windows-1251") ?? new Uint8Array();

  it("is the declared one if the bytes fit, and never instead of UTF-8", async () => {
    expect((await read(bytes, { declared: "windows-1251" })).encoding).toMatchObject({
      encoding: "windows-1251",
      confidence: 1,
    });
    expect((await read(bytes, { declared: "euc-kr" })).encoding.encoding).toBe("windows-1251");
    expect((await read(bytes, { declared: "utf-8" })).encoding.encoding).toBe("windows-1251");
    const utf8 = new TextEncoder().encode(library);
    expect((await read(utf8, { declared: "windows-1251" })).encoding.encoding).toBe("utf-8");
  });

  it.each([
    { chosen: "windows-1252" },
    { chosen: "utf-8" },
    { chosen: "shift_jis" },
    { declared: "macintosh" },
  ])("that gives an improbable text is noted on the rows: %j", async (given) => {
    const { encoding, doubtful } = await read(bytes, given);
    expect(encoding.encoding).toBe(given.chosen ?? given.declared);
    expect(doubtful).toBeGreaterThan(10);
    expect((await read(bytes, { chosen: "windows-1251" })).doubtful).toBe(0);
  });

  it.each(["CafÃ© MÃ¼ller", "itâ€™s", "Ð\u009cÐ°Ñ\u0081Ñ\u0082Ðµ", "Caf\u0082"])(
    "read wrongly before the file was written is noted: %j",
    async (title) => {
      const lines = [`Title,Author`, `${title},Ann`, "São Paulo,Ã sombra", "Dune,Frank"];
      expect((await read(new TextEncoder().encode(lines.join("\n")), {})).doubtful).toBe(
        title === "Caf\u0082" ? 0 : 1,
      );
    },
  );

  it("is recognised if the first non-ASCII letter comes late", async () => {
    const early = "Dune,Frank Herbert,9780441172719\r\n".repeat(8000);
    const late = encode(
      `Title,Author,ISBN\r\n${early}${library.replaceAll(";", ",")}`,
      "windows-1251",
    );
    const { encoding, text } = await read(late ?? new Uint8Array());
    expect(encoding.encoding).toBe("windows-1251");
    expect(text).toContain("Булгаков");
  });
});

const times = (text: string, count: number): string =>
  Array.from({ length: count }, () => text).join("");

/** Rows with untypical letters, with their encodings. */
const UNUSUAL: readonly (readonly [name: string, labels: string, rows: string])[] = [
  [
    "Russian in capitals",
    "windows-1251 koi8-r iso-8859-5 ibm866",
    "ТЁМНЫЕ АЛЛЕИ,ИВАН БУНИН\nВИЙ,НИКОЛАЙ ГОГОЛЬ\nНОС,Н. ГОГОЛЬ\n",
  ],
  [
    "Russian with titles in capitals",
    "windows-1251 koi8-r",
    "ВИШНЁВЫЙ САД,Антон Чехов\nДЕТСТВО,Лев Толстой\n",
  ],
  [
    "Ukrainian in capitals",
    "windows-1251 koi8-u",
    "КАМІННИЙ ХРЕСТ,ВАСИЛЬ СТЕФАНИК\nЛІСОВА ПІСНЯ,ЛЕСЯ УКРАЇНКА\n",
  ],
  [
    "Greek in capitals",
    "windows-1253 iso-8859-7",
    "Η ΦΟΝΙΣΣΑ,ΑΛΕΞΑΝΔΡΟΣ ΠΑΠΑΔΙΑΜΑΝΤΗΣ\nΤΟ ΝΟΥΜΕΡΟ,ΗΛΙΑΣ ΒΕΝΕΖΗΣ\n",
  ],
  [
    "Serbian",
    "windows-1251 iso-8859-5",
    "Проклета авлија,Иво Андрић\nСеобе,Милош Црњански\nЂаво и госпођица,Љиља Ђурић\n",
  ],
  [
    "Romanian",
    "windows-1250 iso-8859-2",
    "Baltagul,Mihail Sadoveanu\nPădurea spânzuraţilor,Liviu Rebreanu\nEnigma Otiliei,George Călinescu\nCasa părintească,Ion Creangă\n",
  ],
  [
    "German with a single letter",
    "macintosh windows-1252",
    "Dune,Lutz Möllenbeck\nEmma,Cindy Kröger\n",
  ],
  [
    "Lithuanian",
    "windows-1257",
    "Sename dvare,Šatrijos Ragana\nDėdės ir dėdienės,Juozas Tumas\nŽemės šauksmas,Ąžuolas Petrauskas\n",
  ],
  [
    "Latvian",
    "windows-1257",
    "Straumēni,Edvarts Virza\nĒnu spēles,Jānis Kārkliņš\nMājas pie jūras,Zigmunds Skujiņš\n",
  ],
  [
    "Estonian",
    "windows-1257 windows-1252",
    "Nimed marmortahvlil,Albert Kivikas\nMäeküla piimamees,Eduard Vilde\nKõrboja õunad,Jüri Öö\n",
  ],
  [
    "Catalan",
    "windows-1252 macintosh",
    "La febre d'or,Narcís Oller\nVida privada,Josep Maria de Sagarra\nCamí de sirga,Jesús Moncada\nÒpera en català,Núria Bàrcena\n",
  ],
  [
    "Vietnamese",
    "windows-1258",
    "Bỉ vỏ,Nguyên Hồng\nSống mòn,Nam Cao\nMảnh trăng cuối rừng,Nguyễn Minh Châu\n",
  ],
  ["Hebrew", "windows-1255", "סיפור פשוט,שמואל עגנון\nהסוס הכחול,דויד כהן\nארץ אחרת,נעמי לוי\n"],
  ["Arabic", "windows-1256", "زقاق المدق,نجيب محفوظ\nالأيام,طه حسين\nدعاء الكروان,طه حسين\n"],
  ["Thai", "windows-874", "ละครแห่งชีวิต,หม่อมเจ้าอากาศดำเกิง\nปีศาจ,เสนีย์ เสาวพงศ์\n"],
  ["Chinese with a Japanese title", "gb18030", "骆驼祥子,老舍\nコンビニ人間,村田沙耶香\n家,巴金\n"],
  [
    "several languages",
    "windows-1252 macintosh",
    "L'Éducation,Honoré Dée\nDie Größe,Jörg Süß\nEl corazón,José Peña\nMåne över ön,Åsa Sjögren\n",
  ],
];

describe("an unusual text", () => {
  const cases = UNUSUAL.flatMap(([name, labels, rows]) =>
    labels.split(" ").map((label) => [name, label, rows] as const),
  );

  it.each(cases)("%s in %s is read with certainty", async (_name, label, rows) => {
    const text = `Title,Author\n${times(rows, 12)}`;
    const found = await read(encode(text, label) ?? new Uint8Array());
    expect(found.text.replaceAll(";", ",").replaceAll("\r\n", "\n")).toBe(text.trim());
    expect(found.doubtful).toBe(0);
  });

  it.each([
    ["Название,Автор,Оценка", "ТИХИЙ ДОН,ШОЛОХОВ,5", "windows-1251"],
    ["НАЗВАНИЕ,АВТОР,ОЦЕНКА", "ТИХИЙ ДОН,ШОЛОХОВ,5", "koi8-r"],
    ["Τίτλος,Συγγραφέας", "ΑΣΚΗΤΙΚΗ,ΚΑΖΑΝΤΖΑΚΗΣ", "windows-1253"],
  ])("below the header %j is in its encoding", async (header, row, label) => {
    const text = `${header}\n${times(`${row}\n`, 20)}`;
    const found = await read(encode(text, label) ?? new Uint8Array());
    expect(found.text.replaceAll(";", ",").replaceAll("\r\n", "\n")).toBe(text.trim());
  });
});

describe("a short text", () => {
  it("is not UTF-8 because one of its characters is valid in it", async () => {
    const text = "Title,Author,Rating\n围城,钱钟书,5";
    expect((await read(encode(text, "gb18030") ?? new Uint8Array())).text).toContain("围城");
  });

  it.each(["Название,Автор\nИдиот,Достоевский\n", "タイトル,著者\n雪国,川端康成\n"])(
    "in UTF-16 is recognised without a byte order mark: %j",
    async (text) => {
      const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
      const little = Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >> 8]));
      const big = Uint8Array.from(units.flatMap((unit) => [unit >> 8, unit & 0xff]));
      for (const bytes of [little, big]) {
        expect((await read(bytes)).text.replaceAll(";", ",")).toBe(
          text.trim().replaceAll("\n", "\r\n"),
        );
      }
    },
  );

  it("in UTF-8 that was read as windows-1251 is noted", async () => {
    const { doubtful } = await read(new TextEncoder().encode("Title,Author\nР–РёР·РЅСЊ,Рђ Р‘\n"));
    expect(doubtful).toBe(1);
  });
});
