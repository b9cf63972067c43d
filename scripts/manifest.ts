/**
 * `npm run manifest`: lists the files covered by the tests, the linter and the type check, to compare before and after a move.
 * A glob that matches nothing is not an error, so a moved file can silently drop out of a test project, a lint override or a
 * tsconfig.
 *
 * Prints one line per fact, sorted, so that `diff` shows what changed:
 *
 *     tests <project> <file> <number of tests in the source; a test.each or a test in a describe.each counts once>
 *     lint <globs of the override> <file>
 *     types <tsconfig> <file>
 *
 * `npm run --silent manifest -- --names` prints base names instead of paths, so the output stays equal if files only move.
 * Test files are not loaded. After `npm test`, coverage/tests.json lists the tests of each file as they ran.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, matchesGlob, relative } from "node:path";
import { PROJECT_ROOT } from "./local/settings.ts";

const bin = (name: string): string => join(PROJECT_ROOT, "node_modules/.bin", name);
const OPTIONS = { cwd: PROJECT_ROOT, encoding: "utf8", maxBuffer: 1e8 } as const;
const output = (command: string, args: string[]): string => execFileSync(command, args, OPTIONS);
const parsed = (path: string): unknown =>
  JSON.parse(readFileSync(join(PROJECT_ROOT, path), "utf8"));

/** A fact: its kind and group, the file (relative to the project), and an optional detail. */
type Fact = readonly [group: string, file: string, detail?: string];

function testFacts(): Fact[] {
  const folder = mkdtempSync(join(tmpdir(), "bookstrack-manifest-"));
  const report = join(folder, "tests.json");
  try {
    execFileSync(bin("vitest"), ["list", `--json=${report}`], { ...OPTIONS, stdio: "ignore" });
    const tests = JSON.parse(readFileSync(report, "utf8")) as {
      file: string;
      projectName: string;
    }[];
    const counts = new Map<string, number>();
    for (const { projectName, file } of tests) {
      const key = `tests ${projectName}\n${local(file)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, count]) => {
      const [group = "", file = ""] = key.split("\n");
      return [group, file, `${count}`];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lintFacts(): Fact[] {
  const { overrides } = parsed(".oxlintrc.json") as { overrides: { files: string[] }[] };
  const files = output("git", ["ls-files", "-co", "--exclude-standard", "*.ts"]).trim().split("\n");
  return overrides.flatMap(({ files: globs }) =>
    files
      .filter((file) => globs.some((glob) => matchesGlob(file, glob)))
      .map((file): Fact => [`lint ${globs.join(",")}`, file]),
  );
}

function typeFacts(): Fact[] {
  const { scripts } = parsed("package.json") as { scripts: { typecheck: string } };
  const configs = [...scripts.typecheck.matchAll(/tsc -p (\S+)/g)].map(([, path = ""]) => path);
  return configs.flatMap((config) =>
    output(bin("tsc"), ["-p", config, "--listFilesOnly"])
      .trim()
      .split("\n")
      .map(local)
      .filter((file) => !file.startsWith("node_modules/"))
      .map((file): Fact => [`types ${config}`, file]),
  );
}

const local = (path: string): string => relative(PROJECT_ROOT, path);

const named = process.argv.includes("--names")
  ? (path: string): string => basename(path)
  : (path: string): string => path;
const lines = [...testFacts(), ...lintFacts(), ...typeFacts()].map(([group, file, detail]) =>
  [group, named(file), detail].filter((part) => part !== undefined).join(" "),
);
console.log(lines.sort().join("\n"));
