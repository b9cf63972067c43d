import { describe, expect, it } from "vitest";
import { columnsOf, decodedHead, headOf, looksLikeData } from "./columns.ts";

describe("the head of a table", () => {
  it("reads quotes, line breaks in cells, and the delimiter with the most columns", () => {
    const text =
      '\uFEFFName;Wer;Note\r\n"Dune; ""neu""";Frank\tHerbert;"a\nb"\r\n\r\nEmma;Austen;\r\n';
    expect(headOf(text)).toEqual({
      first: ["Name", "Wer", "Note"],
      rows: [
        ['Dune; "neu"', "Frank\tHerbert", "a\nb"],
        ["Emma", "Austen", ""],
      ],
    });
  });

  it("omits a record that the sample truncates within quotes, and stops after some rows", () => {
    expect(headOf('a,b\n1,"half of').rows).toEqual([]);
    expect(
      headOf(Array.from({ length: 500 }, (_, row) => `x,${row}`).join("\n")).rows,
    ).toHaveLength(20);
    expect(headOf("")).toEqual({ first: [], rows: [] });
  });

  it("is decoded with the known encoding, else as UTF-8, else with the encoding of old spreadsheets", () => {
    const latin = Uint8Array.of(0x44, 0xfc, 0x6e, 0x65);
    expect(decodedHead(latin)).toBe("Düne");
    expect(decodedHead(latin, "windows-1251")).toBe("Dьne");
    const utf8 = new TextEncoder().encode("Düne é");
    expect(decodedHead(utf8.slice(0, -1))).toBe("Düne ");
    expect(decodedHead(Uint8Array.of(0xff, 0xfe, 0x44, 0, 0xfc, 0))).toBe("Dü");
    expect(decodedHead(latin, "no-such-encoding")).toBe("Düne");
  });
});

describe("the columns of a table", () => {
  const head = headOf("Titel, ,Note\nDune,x,5\nDune,y,\nEmma,z,4");

  it("have names and distinct samples, or positions", () => {
    expect(columnsOf(head, true)).toEqual([
      { key: "Titel", name: "Titel", samples: ["Dune", "Emma"] },
      { key: "2", name: undefined, samples: ["x", "y", "z"] },
      { key: "Note", name: "Note", samples: ["5", "4"] },
    ]);
    expect(columnsOf(head, false)[0]).toEqual({
      key: "1",
      name: undefined,
      samples: ["Titel", "Dune", "Emma"],
    });
  });

  it("have no header if the first row has numbers", () => {
    expect(looksLikeData(head)).toBe(false);
    expect(looksLikeData(headOf("Dune,Frank Herbert,9780441172719"))).toBe(true);
  });
});
