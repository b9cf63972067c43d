import { existsSync, globSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { CONFIG_KEYS } from "../../src/config.ts";
import { OVERVIEW, PICTURES } from "../../scripts/pictures/pictures.ts";

const SKIPPED = new Set(["node_modules", "dist", "coverage", ".wrangler", ".git"]);
const documents = globSync("**/*.md", {
  cwd: PROJECT_ROOT,
  exclude: (path) => path.split("/").some((part) => SKIPPED.has(part)),
}).toSorted();

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), "utf8");

/** Settings of the launcher, which the Worker does not read. */
const LAUNCHER_KEYS = [
  "PORT",
  "HOST",
  "STATE_DIR",
  "BACKUP_DIR",
  "BACKUP_KEEP",
  "LOG_FORMAT",
  "LOG_LEVEL",
];

/** Text without code blocks, in which brackets are not links. */
const prose = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, "");

/** Targets of a document's links within the repository. */
function linksOf(path: string): { file: string; anchor: string | undefined }[] {
  return [...prose(read(path)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link ?? "")
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = "", anchor] = link.split("#");
      return { file: file === "" ? path : join(dirname(path), file), anchor };
    });
}

/** The anchors that a renderer generates from a document's headings. */
function anchorsOf(path: string): Set<string> {
  return new Set(
    [...prose(read(path)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      (heading ?? "")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}

test("there are documents", () => {
  expect(documents).toContain("README.md");
  expect(documents.length).toBeGreaterThan(15);
});

test.each(documents)("every link in %s has a target", (path) => {
  const broken = linksOf(path).filter(({ file, anchor }) => {
    if (!existsSync(join(PROJECT_ROOT, file))) return true;
    return anchor !== undefined && file.endsWith(".md") && !anchorsOf(file).has(anchor);
  });
  expect(broken).toEqual([]);
});

test.each(documents)("every npm script named in %s exists", (path) => {
  const named = [...read(path).matchAll(/npm run (?:--?\S+ )*([a-z][\w:-]*)/g)].map(
    ([, name]) => name ?? "",
  );
  expect(named.filter((name) => !(name in packageJson.scripts))).toEqual([]);
});

test("the index links every document in docs/", () => {
  const index = new Set(linksOf("docs/README.md").map(({ file }) => file));
  const missing = documents.filter(
    (path) => !relative("docs", path).startsWith("..") && !index.has(path),
  );
  expect(missing).toEqual(["docs/README.md"]);
});

test("docs/settings.md has a row for every setting, and .env.example names only settings", () => {
  const rows = read("docs/settings.md")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) =>
      [...(line.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
  expect(new Set(rows).size).toBe(rows.length);
  expect(rows).toEqual(expect.arrayContaining([...CONFIG_KEYS, ...LAUNCHER_KEYS]));
  const examples = [...read(".env.example").matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(examples.length).toBeGreaterThan(8);
  expect(rows).toEqual(expect.arrayContaining(examples));
});

test("docs/pictures/ has the output of `npm run pictures`, in at most 600 KB", () => {
  const folder = join(PROJECT_ROOT, "docs/pictures");
  const files = readdirSync(folder);
  const names = [...PICTURES.map(({ name }) => name), OVERVIEW.name];
  expect(files.toSorted()).toEqual(names.map((name) => `${name}.webp`).toSorted());
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  expect(bytes).toBeLessThan(600 * 1024);
});

test("every file named in the steps to remove the old WebSocket exists", () => {
  const page = "docs/operations/WEBSOCKET_SUNSET.md";
  const [, steps = ""] = read(page).split("## The commit that removes it");
  const rows = steps.split("\n").filter((line) => /^ +\| `/.test(line));
  const paths = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+\/[^`]+)`/g)].map(([, path]) => path ?? ""),
  );
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
});
