import { expect, it } from "vitest";
import { csvFile, DAMAGES, rightRows, type Damage } from "./csv-files.ts";
import { CSV_READERS } from "./csv-readers.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

it("writes a file that every reader reads correctly", async () => {
  const file = csvFile(300);
  expect(file.rows.size).toBe(300);
  for (const [name, read] of Object.entries(CSV_READERS)) {
    expect([name, rightRows(file, await read(file.bytes))]).toEqual([name, 300]);
  }
});

it.each(Object.keys(DAMAGES) as Damage[])(
  "has %s in every fiftieth row, and knows the others",
  (damage) => {
    const [clean, damaged] = [csvFile(200), csvFile(200, damage)];
    expect(text(damaged.bytes)).not.toBe(text(clean.bytes));
    const missing = [...clean.rows.keys()].filter((id) => !damaged.rows.has(id));
    const every = ["id-50", "id-100", "id-150", "id-200"];
    expect(missing).toEqual(damage === "line ends of two kinds" ? [] : every);
  },
);

it("counts a row once, and only if every cell is right", () => {
  const file = csvFile(3);
  const rows = [...file.rows.values()];
  expect(rightRows(file, [...rows, ...rows])).toBe(3);
  expect(
    rightRows(
      file,
      rows.map((cells) => cells.slice(1)),
    ),
  ).toBe(0);
  expect(
    rightRows(
      file,
      rows.map((cells) => [...cells.slice(0, -1), "another"]),
    ),
  ).toBe(0);
});
