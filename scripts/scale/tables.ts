import { MONTH_OF_A_USER } from "../cost/model.ts";
import { CUT, CUT_TRIGGERS, databaseOf, REMEDIES } from "./cut.ts";
import { busiestMinute, simulateDay, type Day, type DayOptions } from "./day.ts";
import { TIMES } from "./load.ts";
import { MAX_ACCOUNT_GB, planFor, type Plan } from "./plan.ts";
import { priceOf } from "./price.ts";
import { crossingsOf, storageFunctions, type OtherSide, type readSources } from "./scan.ts";

const SIZES = [25_000, 250_000, 2_500_000];
const SEED = 20;

const ROWS = MONTH_OF_A_USER["import row, known"] ?? 0;
const UNKNOWN_ROWS = MONTH_OF_A_USER["import row, unknown"] ?? 0;
const IMPORTED_ROWS = ROWS + UNKNOWN_ROWS;

/**
 * Share of imported rows with a book that the catalogue lacks: as docs/COST.md assumes, and with a
 * dump of Open Library loaded.
 */
const UNKNOWN = { grown: UNKNOWN_ROWS / IMPORTED_ROWS, loaded: 0.03 };

const LAUNCH: DayOptions = {
  hasLaunch: true,
  unknownShare: UNKNOWN.grown,
  slowness: 1,
  seed: SEED,
};
const VARIANTS: readonly (readonly [name: string, options: DayOptions])[] = [
  ["everyday", { ...LAUNCH, hasLaunch: false }],
  ["launch", LAUNCH],
  ["launch, catalogue loaded", { ...LAUNCH, unknownShare: UNKNOWN.loaded }],
  ["launch, D1 ten times slower", { ...LAUNCH, slowness: 10 }],
];

/**
 * Above this load a database falls behind; below it, it may just be continuously busy with the rows
 * and books of imports.
 */
const FULL = 1.01;

/** Builds the tables of the simulation as Markdown. */
export function simulationTables(): string {
  const plans = SIZES.map((users) => planFor(users, IMPORTED_ROWS));
  return [sizeTable(plans), dayTable(plans), oneDatabase(), times()].join("\n\n");
}

function sizeTable(plans: readonly Plan[]): string {
  const rows = plans.map((plan) => {
    const all = plan.libraryGb + plan.catalogueGb + plan.accountsGb;
    return line([
      whole(plan.users),
      gb(plan.libraryGb),
      `${plan.libraries} of ${gb(plan.libraryGb / plan.libraries)}`,
      gb(plan.catalogueGb),
      `${plan.catalogues} of ${gb(plan.catalogueGb / plan.catalogues)}`,
      gb(plan.accountsGb),
      percent(all / MAX_ACCOUNT_GB),
    ]);
  });
  const head = [
    "users",
    "libraries",
    "databases",
    "catalogue",
    "databases",
    "accounts",
    "of the account's 1 TB",
  ];
  return table(head, rows);
}

function dayTable(plans: readonly Plan[]): string {
  const rows = plans.flatMap((plan) =>
    VARIANTS.map(([name, options]) => {
      const day = simulateDay(plan, options);
      return line([whole(plan.users), name, ...cellsOf(day), money(day, plan)]);
    }),
  );
  const head = [
    "users",
    "day",
    "library database",
    "catalogue database",
    "accounts",
    "rows waiting",
    "books waiting",
    "$ per 1,000 users",
  ];
  return table(head, rows);
}

function cellsOf({ busy, rows, books }: Day): string[] {
  const shares = [busy.library, busy.catalogue, busy.accounts].map(
    ({ mean, peak }) =>
      `${percent(mean)}, ${peak > FULL ? `**behind by ${duration(peak - 1)}**` : percent(peak)}`,
  );
  const waiting = [rows, books].map(({ most, minutes }) =>
    most < 1 ? "0" : `${whole(most)}, ${duration(minutes)}`,
  );
  return [...shares, ...waiting];
}

const money = (day: Day, plan: Plan): string =>
  ((priceOf(day, plan) * 1000) / plan.users).toFixed(3);

function oneDatabase(): string {
  const rows = SIZES.map((users) =>
    line([whole(users), ...VARIANTS.map(([, options]) => percent(busiestMinute(users, options)))]),
  );
  return table(["users, in one database", ...VARIANTS.map(([name]) => name)], rows);
}

function times(): string {
  const rows = [
    ["a statement that reads", TIMES.readStatement, "assumption"],
    ["a statement that writes", TIMES.writeStatement, "assumption"],
    ["a row read", TIMES.rowRead, "bench `title-search`: a scan of 100,000 books"],
    ["a row written", TIMES.rowWritten, "bench `import-known`: the bulk insert"],
  ] as const;
  return table(
    ["operation", "ms of a database", "basis"],
    rows.map(([what, ms, basis]) => line([what, String(Number(ms.toPrecision(2))), basis])),
  );
}

/** Builds the lists of code that the split changes, as Markdown. */
export function cutTables(sources: ReturnType<typeof readSources>): string {
  return [
    "### Statements with books and libraries",
    statements(sources, "catalogue"),
    "### Statements with accounts and libraries",
    statements(sources, "accounts"),
    "### Triggers",
    table(
      ["trigger", "instead"],
      Object.entries(CUT_TRIGGERS).map(([name, remedy]) => line([`\`${name}\``, remedy])),
    ),
    "### What takes their place",
    table(
      ["remedy", "what it is"],
      Object.entries(REMEDIES).map(([name, text]) => line([name, text])),
    ),
    "### Storage functions and their database",
    functionsTable(sources),
  ].join("\n\n");
}

function statements(sources: ReturnType<typeof readSources>, side: OtherSide): string {
  const rows = crossingsOf(sources, side).map(({ file, name, library, other }) =>
    line([
      `\`${short(file)}\``,
      `\`${name}\``,
      [...other, ...library].join(", "),
      CUT[side][`${file} ${name}`] ?? "",
    ]),
  );
  return table(["file", "statement", "tables", "instead"], rows);
}

function functionsTable(sources: ReturnType<typeof readSources>): string {
  const byFile = new Map<string, string>();
  for (const one of storageFunctions(sources)) {
    const key = `\`${short(one.file)}\` | ${databaseOf(one)}`;
    const before = byFile.get(key);
    byFile.set(key, `${before === undefined ? "" : `${before}, `}\`${one.name}\``);
  }
  return table(
    ["file", "database", "functions"],
    [...byFile].map(([key, names]) => `| ${key} | ${names} |`),
  );
}

const short = (file: string): string => file.replace(/^src\//, "").replace("/storage/", "/");

const table = (head: readonly string[], rows: readonly string[]): string =>
  [line(head), line(head.map(() => "---")), ...rows].join("\n");

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const whole = (value: number): string => Math.round(value).toLocaleString("en");

const gb = (value: number): string => `${Number(value.toPrecision(2))} GB`;

/** Formats a share, where 1 is 100 %. */
const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

function duration(minutes: number): string {
  if (!Number.isFinite(minutes)) return "not on this day";
  return minutes < 90 ? `${Math.ceil(minutes)} min` : `${Math.round(minutes / 60)} h`;
}
