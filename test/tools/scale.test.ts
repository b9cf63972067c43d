import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, test } from "vitest";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { CUT, CUT_TRIGGERS, databaseOf, IN_EVERY } from "../../scripts/scale/cut.ts";
import { busiestMinute, simulateDay, unitsOf, type DayOptions } from "../../scripts/scale/day.ts";
import { LOADS, msOf, TIMES } from "../../scripts/scale/load.ts";
import { FULL_GB, planFor, SIZES, type Plan } from "../../scripts/scale/plan.ts";
import { priceOf } from "../../scripts/scale/price.ts";
import {
  crossingsOf,
  parsed,
  readSources,
  storageFunctions,
  type OtherSide,
} from "../../scripts/scale/scan.ts";
import { TABLE_SIDES } from "../../scripts/scale/sides.ts";
import { cutTables, simulationTables } from "../../scripts/scale/tables.ts";
import { MONTH_OF_A_USER } from "../../scripts/cost/model.ts";

const sources = readSources(PROJECT_ROOT);
const document = (name: string): string => readFileSync(join(PROJECT_ROOT, "docs", name), "utf8");

const [ONE_DAY, ANOTHER_DAY] = [1, 2];
const DAY: DayOptions = { hasLaunch: true, unknownShare: 0.3, slowness: 1, seed: ONE_DAY };
const SMALL: Plan = planFor(25_000, 30);

test.each([
  ["simulation", simulationTables],
  ["cut", () => cutTables(sources)],
])("the document contains the current tables of the %s", (name, tables) => {
  const shown = new RegExp(`<!-- npm run simulate, ${name} -->\\n([\\s\\S]*?)\\n<!-- end -->`);
  expect(shown.exec(document("SCALE.md"))?.[1]).toBe(tables());
});

describe("the split", () => {
  it.each<OtherSide>(["catalogue", "accounts"])(
    "has a remedy for every statement with tables of libraries and of the %s, and for no other",
    (side) => {
      const found = crossingsOf(sources, side).map(({ file, name }) => `${file} ${name}`);
      expect(Object.keys(CUT[side]).toSorted()).toEqual(found.toSorted());
    },
  );

  it("has a side for every table of the schema, and a remedy for every trigger with tables of two sides", () => {
    const database = new DatabaseSync(":memory:");
    for (const file of globSync("migrations/*.sql", { cwd: PROJECT_ROOT }).toSorted()) {
      database.exec(readFileSync(join(PROJECT_ROOT, file), "utf8"));
    }
    const objects = database
      .prepare("SELECT type, name, tbl_name AS of, sql FROM sqlite_master")
      .all() as { type: string; name: string; of: string; sql: string }[];
    database.close();
    const tables = objects
      .filter(({ type, name }) => type === "table" && !/^(sqlite_|BookSearch_)/.test(name))
      .map(({ name }) => name);
    expect(Object.keys(TABLE_SIDES).toSorted()).toEqual(tables.toSorted());
    const across = objects.filter(({ type, of, sql }) => {
      const named = tables.filter((table) => new RegExp(`\\b${table}\\b`).test(sql));
      return (
        type === "trigger" && new Set([of, ...named].map((table) => TABLE_SIDES[table])).size > 1
      );
    });
    expect(Object.keys(CUT_TRIGGERS)).toEqual(across.map(({ name }) => name).toSorted());
  });

  it("assigns every storage function a database, and lists no function that does not exist", () => {
    const functions = storageFunctions(sources);
    const names = functions.map(({ file, name }) => `${file} ${name}`);
    const unkeyed = [...IN_EVERY.library, ...IN_EVERY.catalogue];
    expect(unkeyed.filter((name) => !names.includes(name))).toEqual([]);
    expect(functions.map(databaseOf).filter((database) => database === "")).toEqual([]);
    expect(functions.length).toBeGreaterThan(100);
  });

  it("finds a join assembled from constants of other files, and no statement of one side", () => {
    const crossings = crossingsOf(
      new Map([
        ["src/library/storage/a.ts", parsed("src/library/storage/a.ts", A)],
        ["src/library/storage/b.ts", parsed("src/library/storage/b.ts", B)],
        ["src/catalogue/storage/c.ts", parsed("src/catalogue/storage/c.ts", C)],
      ]),
      "catalogue",
    );
    expect(crossings).toEqual([
      { file: "src/library/storage/a.ts", name: "BOOKS", library: [], other: ["Books"] },
      {
        file: "src/library/storage/b.ts",
        name: "page",
        library: ["Tags", "UserLibrary"],
        other: ["Books"],
      },
    ]);
  });
});

const A = `
export const BOOKS = "LEFT JOIN Books AS book ON book.isbn = entry.isbn";
const tags = (column: string): string => \`(SELECT count(*) FROM Tags WHERE \${column})\`;
export { tags as tagged };
export { BOOKS as joined } from "./a.ts";`;
const B = `
import { BOOKS as WITH } from "./a.ts";
const TAGS = "(SELECT 1 FROM Tags)";
const ALONE = "SELECT 1 FROM UserLibrary";
export function page(sorts: boolean): string {
  return \`SELECT \${TAGS} FROM UserLibrary AS entry \${sorts ? "" : WITH}\`;
}`;
const C = `const FIND = "SELECT * FROM Books WHERE isbn = ?1";`;

describe("the plan", () => {
  it("has no full database, and no more databases than necessary", () => {
    const kinds = [1000, 25_000, 250_000, 2_500_000].flatMap((users) => {
      const { libraryGb, libraries, catalogueGb, catalogues } = planFor(users, 30);
      return [
        { gb: libraryGb, count: libraries },
        { gb: catalogueGb, count: catalogues },
      ];
    });
    expect(kinds.filter(({ gb, count }) => gb / count > FULL_GB)).toEqual([]);
    expect(kinds.filter(({ gb, count }) => count > 1 && gb / (count / 2) <= FULL_GB)).toEqual([]);
    expect(kinds.some(({ count }) => count > 1)).toBe(true);
  });

  it("uses the sizes of docs/COST.md", () => {
    const text = document("COST.md").replaceAll(/\s+/g, " ");
    expect(text).toContain(`A book takes about ${SIZES.book} KB`);
    expect(text).toContain(`an entry on a shelf ${SIZES.entry} KB`);
    expect(text).toContain(`an imported row ${SIZES.importedRow} KB`);
  });
});

describe("the simulated day", () => {
  it("is the same for the same seed, and differs for another", () => {
    expect(simulateDay(SMALL, DAY)).toEqual(simulateDay(SMALL, DAY));
    expect(simulateDay(SMALL, { ...DAY, seed: ANOTHER_DAY }).busy).not.toEqual(
      simulateDay(SMALL, DAY).busy,
    );
  });

  it("has a thirtieth of the month of every user plus the launch", () => {
    const { units } = simulateDay(SMALL, { ...DAY, hasLaunch: false, unknownShare: 1 / 3 });
    for (const [unit, count] of Object.entries(MONTH_OF_A_USER)) {
      expect(units[unit]).toBeCloseTo((count * SMALL.users) / 30, 3);
    }
    const launch = simulateDay(SMALL, { ...DAY, unknownShare: 1 / 3 }).units;
    const rows = (of: Readonly<Record<string, number>>): number =>
      (of["import row, known"] ?? 0) + (of["import row, unknown"] ?? 0);
    expect(rows(launch) - rows(units)).toBeCloseTo(0.04 * SMALL.users * 300, 3);
  });

  it("has the load of every unit that occurs", () => {
    expect(
      Object.keys(unitsOf(17 * 60 + 30, 1000, DAY)).filter((unit) => !(unit in LOADS)),
    ).toEqual([]);
  });

  it("counts a write statement as longer than a read statement, and counts every row", () => {
    const rows = { statements: 2, rowsRead: 10, rowsWritten: 0 };
    expect(msOf(rows)).toBeCloseTo(2 * TIMES.readStatement + 10 * TIMES.rowRead);
    expect(msOf({ ...rows, rowsWritten: 5 })).toBeCloseTo(
      2 * TIMES.writeStatement + 10 * TIMES.rowRead + 5 * TIMES.rowWritten,
    );
  });

  it("makes books wait for the provider's rate limit, and imports for a busy database", () => {
    const many = planFor(250_000, 30);
    const { books } = simulateDay(many, DAY);
    const fewer = simulateDay(many, { ...DAY, unknownShare: 0.1 }).books;
    expect(books.most).toBeGreaterThan(fewer.most);
    // At most 75 books per second.
    expect(books.minutes).toBeGreaterThan((0.04 * 250_000 * 300 * 0.3) / (75 * 60));
    const slow = simulateDay({ ...SMALL, libraries: 1 }, { ...DAY, slowness: 300 });
    expect(slow.rows.most).toBeGreaterThan(1000);
    expect(slow.busy.library.mean).toBeLessThanOrEqual(1);
  });

  it("doubles the load of a single database for twice the users, or at half the speed", () => {
    const once = busiestMinute(1000, DAY);
    expect(busiestMinute(2000, DAY)).toBeCloseTo(2 * once);
    expect(busiestMinute(1000, { ...DAY, slowness: 2 })).toBeCloseTo(2 * once);
  });

  it("costs only the base fee and the storage without activity, and more on the day of a launch", () => {
    const idle = priceOf({ units: {} }, { ...SMALL, libraryGb: 1, catalogueGb: 1, accountsGb: 1 });
    const stored = priceOf(
      { units: {} },
      { ...SMALL, libraryGb: 101, catalogueGb: 3, accountsGb: 1 },
    );
    expect(stored - idle).toBeCloseTo((100 * 0.75) / 30);
    const [everyday, launch] = [false, true].map((hasLaunch) =>
      priceOf(simulateDay(SMALL, { ...DAY, hasLaunch }), SMALL),
    );
    expect(launch).toBeGreaterThan(everyday ?? Number.NaN);
    expect(() => priceOf({ units: { "no such unit": 1 } }, SMALL)).toThrow("no such unit");
  });
});
