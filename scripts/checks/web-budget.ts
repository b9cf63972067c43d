import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ensureWeb } from "../local/build/build-web.ts";

/** Gzipped sizes in KB, apart from `firstLoadRaw`. */
const BUDGET = { firstLoad: 40, firstLoadRaw: 120, css: 10, serviceWorker: 4, chunk: 12 } as const;
/** Chunks that may be larger, by the prefix of their names: the barcode reader and the charts. */
const LARGER: readonly (readonly [name: string, kb: number])[] = [
  ["scan", 15],
  ["charts", 100],
];
/** The chunk of the first page. */
const FIRST_PAGE = /^shelf-page-/;

/** One size against its budget. */
export interface Size {
  readonly what: string;
  readonly kb: number;
  readonly budgetKb: number;
}

/** Builds the web app, or reuses its build, and compares its sizes with the budgets. Prints the large ones and all that are too large. */
export async function webFitsBudget(): Promise<boolean> {
  const sizes = webSizes(await ensureWeb());
  const wrong = sizes.filter(({ kb, budgetKb }) => kb > budgetKb);
  const fixed = sizes.filter(({ what }) => !what.endsWith(".js"));
  for (const { what, kb, budgetKb } of new Set([...fixed, ...wrong])) {
    console.log(
      `${what}: ${kb.toFixed(1)} KB of ${budgetKb} KB${kb > budgetKb ? ", TOO LARGE" : ""}`,
    );
  }
  return wrong.length === 0;
}

/** The sizes of a build that have a budget. @throws Error if the build lacks the page that opens first */
export function webSizes(folder: string): Size[] {
  const assets = join(folder, "assets");
  const names = readdirSync(assets);
  const scripts = names.filter((name) => name.endsWith(".js"));
  const text = (name: string): string => readFileSync(join(assets, name), "utf8");
  const firstPage = scripts.find((name) => FIRST_PAGE.test(name));
  if (firstPage === undefined) throw new Error("The build has no chunk of the shelf page.");
  const [, entry = ""] =
    /<script[^>]+src="\/assets\/([^"]+)"/.exec(readFileSync(join(folder, "index.html"), "utf8")) ??
    [];
  const first = closure([entry, firstPage], (name) => importsOf(text(name)));
  const gzipped = (files: readonly string[]): number =>
    files.reduce((sum, name) => sum + gzipKb(readFileSync(join(assets, name))), 0);
  return [
    { what: "JavaScript on first load", kb: gzipped(first), budgetKb: BUDGET.firstLoad },
    {
      what: "JavaScript on first load, uncompressed",
      kb: first.reduce((sum, name) => sum + text(name).length, 0) / 1000,
      budgetKb: BUDGET.firstLoadRaw,
    },
    {
      what: "Styles",
      kb: gzipped(names.filter((name) => name.endsWith(".css"))),
      budgetKb: BUDGET.css,
    },
    {
      what: "Service worker",
      kb: gzipKb(readFileSync(join(folder, "sw.js"))),
      budgetKb: BUDGET.serviceWorker,
    },
    ...scripts
      .filter((name) => !first.includes(name))
      .map((name) => ({ what: name, kb: gzipped([name]), budgetKb: budgetOf(name) })),
  ];
}

const budgetOf = (name: string): number =>
  LARGER.find(([start]) => name.startsWith(start))?.[1] ?? BUDGET.chunk;

const gzipKb = (content: Uint8Array): number => gzipSync(content).length / 1000;

/** Files that a chunk loads with itself. */
const importsOf = (code: string): string[] =>
  [...code.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)].map(([, name = ""]) => name);

function closure(start: readonly string[], next: (name: string) => readonly string[]): string[] {
  const found = new Set<string>();
  const open = [...start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...next(name));
  }
  return [...found];
}
