import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CsvRecord } from "../job/row.ts";
import { dataRecords } from "./data-records.ts";
import { readCsv, type CsvReading } from "./read-csv.ts";
import { decoders } from "../../../../test/support/imports/decoders.ts";
import { runs } from "../../../../test/support/properties.ts";

const ENCODERS = {
  "utf-8": (text: string) => Buffer.from(text),
  "utf-8 with BOM": (text: string) => Buffer.from(`\uFEFF${text}`),
  "utf-16le": (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le"),
  "utf-16be": (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
} as const;

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const reading = (file: string | Uint8Array, size = 1000): Promise<CsvReading> =>
  readCsv(pieces(typeof file === "string" ? Buffer.from(file) : file, size), {
    decoders,
    hints: { isKnownName: () => false },
  });

async function records(file: string | Uint8Array, size?: number): Promise<CsvRecord[]> {
  const result = await reading(file, size);
  if (result.kind === "refused") throw new Error(`refused: ${result.found}`);
  return (await Array.fromAsync(result.records)).flat();
}

const cells = async (file: string | Uint8Array, size?: number) =>
  (await records(file, size)).map((record) => record.cells);

/** Writes RFC 4180 with the given delimiter and line ending. */
function written(rows: readonly string[][], delimiter: string, lineEnd: string): string {
  const special = new RegExp(`["\r\n${delimiter === "|" ? "\\|" : delimiter}]|^\\s|\\s$`);
  const quoted = (cell: string, isOnly: boolean) =>
    special.test(cell) || (isOnly && cell === "") ? `"${cell.replaceAll('"', '""')}"` : cell;
  return rows
    .map((row) => row.map((cell) => quoted(cell, row.length === 1)).join(delimiter))
    .join(lineEnd);
}

const anyCell = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('"', ",", ";", "\t", "|", "\r", "\n", "\\", " ", "a", "é", "書", "="),
    maxLength: 12,
  }),
);
// Other tests cover BOM, NUL and unpaired surrogates.
const cell = anyCell.map((text) => text.replaceAll(/[\uFEFF\0]/g, "").toWellFormed());

const table = fc.integer({ min: 1, max: 6 }).chain((width) =>
  fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
    minLength: 1,
    maxLength: 12,
  }),
);

describe("a well-formed file", () => {
  it("round-trips with any delimiter, line ending, encoding and chunking", async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(",", ";", "\t", "|"),
        fc.constantFrom("\r\n", "\n", "\r"),
        fc.constantFrom(...Object.values(ENCODERS)),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        async (rows, delimiter, lineEnd, encode, isEnded, size) => {
          const body = written(rows, delimiter, lineEnd);
          const file = `sep=${delimiter}${lineEnd}${body}${isEnded ? lineEnd : ""}`;
          expect(await cells(encode(file), size)).toEqual(rows);
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it("has its delimiter detected", async () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", " ", "é", "."), minLength: 1 });
    const words = fc.array(fc.tuple(word, word, word), { minLength: 3, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(words, fc.constantFrom(",", ";", "\t", "|"), async (rows, delimiter) => {
        expect(await cells(written(rows, delimiter, "\n"))).toEqual(rows);
      }),
    );
  });
});

describe("arbitrary bytes", () => {
  const HOSTILE = [0, 0x0a, 0x0d, 0x22, 0x2c, 0x3b, 0x5c, 0x41, 0xc3, 0xa9, 0xff, 0xfe, 0xd8];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.constantFrom(...HOSTILE), { maxLength: 300 }).map((list) => Uint8Array.from(list)),
  );

  it("never throw, and yield the same records in any chunking", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 9 }), async (file, size) => {
        const whole = await reading(file);
        const pieced = await reading(file, size);
        expect(pieced.kind).toBe(whole.kind);
        if (whole.kind === "refused" || pieced.kind === "refused") return;
        const all = (await Array.fromAsync(whole.records)).flat();
        expect((await Array.fromAsync(pieced.records)).flat()).toEqual(all);
        expect(all.map(({ row }) => row)).toEqual(all.map((_, index) => index + 1));
        expect(all.every(({ line }, index) => line > (all[index - 1]?.line ?? 0))).toBe(true);
        expect(all.flatMap((record) => record.cells).join("")).not.toContain("\0");
      }),
      { numRuns: runs(200) },
    );
  });

  it("lose no line of a table when a quote is left open on one of them", async () => {
    const plain = fc.array(fc.constantFrom("a", "b c", "é", '"q,q"', '""', '"x ""y"" z"'), {
      minLength: 3,
      maxLength: 3,
    });
    const rows = fc.array(plain, { minLength: 4, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), fc.integer({ min: 1, max: 50 }), async (good, at, size) => {
        const index = at % good.length;
        const lines = good.map((row) => row.join(","));
        const file = ["one,two,three", ...lines.with(index, 'a,"open,c'), "last,last,last"];
        const read = await records(file.join("\n"), size);
        expect(read).toHaveLength(file.length);
        expect(read.filter(({ damage }) => damage).map(({ line }) => line)).toEqual([index + 2]);
      }),
    );
  });
});

describe("encodings", () => {
  it("reads a file that is not UTF-8 as windows-1252", async () => {
    const file = Buffer.from("title,author\n\x93Caf\xe9\x94 \x80,Hall\xe9\n", "latin1");
    for (const size of [1, 3, 1000]) {
      expect(await cells(file, size)).toEqual([
        ["title", "author"],
        ["“Café” €", "Hallé"],
      ]);
    }
  });

  it("continues as UTF-8 after a damaged byte", async () => {
    const file = Buffer.concat([
      Buffer.from("é,書,😀,"),
      Buffer.from([0xe9, 0xe6, 0x9b]),
      Buffer.from(",é"),
    ]);
    for (const size of [1, 2, 5, 1000]) {
      expect(await cells(file, size)).toEqual([["é", "書", "😀", "éæ›", "é"]]);
    }
  });

  it.each([
    ["overlong", [0xc0, 0xaf], "À¯"],
    ["a surrogate", [0xed, 0xa0, 0x80], "í\u00A0€"],
    ["beyond Unicode", [0xf4, 0x90, 0x80, 0x80], "ô\u0090€€"],
    ["cut off", [0xf0, 0x9f, 0x98], "ðŸ˜"],
  ])("reads text that is %s byte by byte", async (_name, bytes, text) => {
    expect(await cells(Buffer.concat([Buffer.from("é,"), Buffer.from(bytes)]), 1)).toEqual([
      ["é", text],
    ]);
  });

  it("detects UTF-16 without a BOM and removes a second BOM", async () => {
    const text = "title,author\nDune,Frank Herbert\n";
    const expected = [
      ["title", "author"],
      ["Dune", "Frank Herbert"],
    ];
    expect(await cells(Buffer.from(text, "utf16le"), 3)).toEqual(expected);
    expect(await cells(Buffer.from(text, "utf16le").swap16(), 5)).toEqual(expected);
    expect(await cells(`\uFEFF\uFEFF${text}`, 2)).toEqual(expected);
  });

  it("removes NUL and reports it", async () => {
    const read = await records("a,b\nx\0y,z\n1,2");
    expect(read.map(({ cells: own, hadNul }) => [own, hadNul])).toEqual([
      [["a", "b"], undefined],
      [["xy", "z"], true],
      [["1", "2"], undefined],
    ]);
  });
});

describe("dialects", () => {
  it.each([
    ["a;b;c\n1,5;2,5;3,5\n", ";"],
    ["sep=|\na|b,c,d\n1|2,3,4\n", "|"],
    ['"sep=;"\r\na;b\r\n', ";"],
    ["My list\n\nof 2026\nTitle;Author;ISBN\nDune;Herbert;978\n", ";"],
    ["title\tauthors\nDune, and more\tHerbert, F.\n", "\t"],
  ])("detects the delimiter of %j", async (file, delimiter) => {
    const result = await reading(file);
    expect(result).toMatchObject({ kind: "csv", dialect: { delimiter } });
    expect((await cells(file))[0]?.join()).not.toContain("sep");
  });

  it("does not split a list of one column", async () => {
    const file = "Dune\nEats, Shoots & Leaves\nEmma\nUlysses\nPersuasion\nKim";
    expect((await cells(file))[1]).toEqual(["Eats, Shoots & Leaves"]);
  });

  it("accepts mixed line endings; skips blank lines but counts them", async () => {
    const read = await records("a,b\r\n1,2\n\n   \n3,4\r\r5,6\n\x1A", 1);
    expect(read.map(({ line, cells: own }) => [line, own.join()])).toEqual([
      [1, "a,b"],
      [2, "1,2"],
      [5, "3,4"],
      [7, "5,6"],
    ]);
  });

  it.each([
    [
      "escaped by backslashes alone",
      String.raw`a,"say \"hi\"",c\n1,"\"x\", y\\",2`,
      ['say "hi"', '"x", y\\'],
    ],
    ["escaped in both ways", String.raw`a,"La \"vie\" x",="1"\nb,"""y""",2`, ['La "vie" x', '"y"']],
  ])("reads quotes that are %s", async (_name, file, expected) => {
    const read = await cells(file.replace(String.raw`\n`, "\n"));
    expect(read.map(([, second]) => second)).toEqual(expected);
  });

  it("is lenient if the meaning is clear", async () => {
    expect(await cells(`a, "b, c" ,="978",5" disc,"x"y,"l1\nl2"\n1,2,3,4,5,6`)).toEqual([
      ["a", "b, c ", '="978"', '5" disc', "xy", "l1\nl2"],
      ["1", "2", "3", "4", "5", "6"],
    ]);
  });

  it("leaves ragged rows unchanged", async () => {
    expect(await cells("a,b\n1\n1,2,3\n,\n1,2")).toEqual([
      ["a", "b"],
      ["1"],
      ["1", "2", "3"],
      ["", ""],
      ["1", "2"],
    ]);
  });
});

describe("damage", () => {
  const damage = async (file: string, size?: number) =>
    (await records(file, size)).map((record) => [record.line, record.damage, record.cells.length]);
  const OPEN = "UNBALANCED_QUOTE";

  it.each([
    [
      "to the end of the file",
      'a,b\n1,"x\n2,y\n3,z',
      [
        [1, undefined, 2],
        [2, OPEN, 2],
        [3, undefined, 2],
        [4, undefined, 2],
      ],
    ],
    [
      "to a quoted cell",
      'a,b\n1,"x\n2,"y"\n3,z',
      [
        [1, undefined, 2],
        [2, OPEN, 2],
        [3, undefined, 2],
        [4, undefined, 2],
      ],
    ],
    [
      "to a cell that is a delimiter",
      'a,b\n1,"x\n2,","\n3,z\n',
      [
        [1, undefined, 2],
        [2, OPEN, 2],
        [3, undefined, 2],
        [4, undefined, 2],
      ],
    ],
    [
      "to a line that is not a record",
      'a,b,c\n1,"x,2\ny\n3,4,5',
      [
        [1, undefined, 3],
        [2, OPEN, 2],
        [3, undefined, 1],
        [4, undefined, 3],
      ],
    ],
    [
      "after a cell of two lines",
      'a,b,c\n1,"x\ny","z\n3,4,5\n',
      [
        [1, undefined, 3],
        [2, OPEN, 2],
        [4, undefined, 3],
      ],
    ],
  ])("ends a quote at the end of its line if it would extend %s", async (_name, file, expected) => {
    for (const size of [1, 1000]) expect(await damage(file, size)).toEqual(expected);
  });

  it("preserves a text of several lines despite stray quotes", async () => {
    const file = 'a,b,c\n1,"He said\nthat "this" is\nso",2\n3,4,5';
    expect((await cells(file))[1]).toEqual(["1", 'He said\nthat "this" is\nso', "2"]);
  });

  it("continues after a quote that stays open for megabytes", async () => {
    const rows = 'a,b\n1,"x\n'.concat("2,y\n".repeat(600_000));
    const read = await damage(rows, 65_536);
    expect(read).toHaveLength(600_002);
    expect(read.filter(([, what]) => what)).toEqual([[2, OPEN, 2]]);
  });

  it("accepts cells of up to 100,000 characters", async () => {
    const cellOf = (length: number) => `"${"x\n".repeat(length / 2)}"`;
    const file = `a,b\n1,${cellOf(100_000)}\n2,${cellOf(100_002)}\n3,${"y".repeat(100_001)}\n4,z`;
    const read = await records(file, 4096);
    expect(read.map((record) => record.damage)).toEqual([
      undefined,
      undefined,
      "CELL_TOO_LONG",
      "CELL_TOO_LONG",
      undefined,
    ]);
    expect(read[2]?.cells[1]?.length).toBeLessThan(2000);
  });

  it("rejects an endless row", async () => {
    const file = `a,b\n${"1,".repeat(2_000_000)}\r\n2,y\r\n${"z".repeat(3_000_000)}`;
    const read = await records(file, 65_536);
    expect(read.map((record) => [record.line, record.damage])).toEqual([
      [1, undefined],
      [2, "ROW_TOO_LONG"],
      [3, undefined],
      [4, "CELL_TOO_LONG"],
    ]);
    expect(read[1]?.cells.length).toBe(1000);
  });
});

describe("a file that is not CSV", () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ["nothing", "", /empty file/],
    ["a BOM", "\uFEFF", /byte order mark/],
    ["blank lines", "\n \r\n\r\n", /blank lines/],
    ["a zip archive", Buffer.from("PK\x03\x04\x14\0\0\0\x08\0export.csv", "latin1"), /zip archive/],
    ["a workbook", Buffer.from("PK\x03\x04\x14\0[Content_Types].xml", "latin1"), /office document/],
    ["gzip", Buffer.from([0x1f, 0x8b, 8, 0]), /gzip/],
    ["PDF", "%PDF-1.7\n%âãÏÓ", /PDF/],
    ["an old workbook", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), /xls/],
    ["HTML", "\n<!DOCTYPE html>\n<html>", /HTML page/],
    ["XML", '<?xml version="1.0"?><a/>', /XML/],
    ["JSON", '[{"isbn": "1"}]', /JSON/],
    ["a JSON object", '{"books": []}', /JSON/],
    ["noise", Uint8Array.from({ length: 400 }, (_, at) => (at * 7) % 32), /binary/],
  ])("is recognised: %s", async (_name, file, found) => {
    const result = await reading(file);
    expect(result.kind === "refused" && result.found).toMatch(found);
    expect(result.kind === "refused" && result.remedy).not.toBe("");
  });

  it("is not assumed for a list of ISBNs in brackets", async () => {
    expect(await cells("[9780441172719]\n[9780140328721]")).toHaveLength(2);
  });
});

describe("row numbers", () => {
  const numbered = async (file: string, headerIndex: number | undefined) => {
    const result = await reading(file);
    if (result.kind === "refused") throw new Error(result.found);
    const data = await Array.fromAsync(dataRecords(result.records, headerIndex));
    return data.flat().map(({ row, line, cells: [first] }) => [row, line, first]);
  };

  it("count the header as 1 and ignore lines above it", async () => {
    const file = "My books,\n\ntitle,isbn\nDune,1\n\nEmma,2";
    expect(await numbered(file, 1)).toEqual([
      [2, 4, "Dune"],
      [3, 6, "Emma"],
    ]);
  });

  it("start at 1 without a header", async () => {
    expect(await numbered("Dune,1\nEmma,2", undefined)).toEqual([
      [1, 1, "Dune"],
      [2, 2, "Emma"],
    ]);
  });
});
