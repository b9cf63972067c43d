import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";

const read = (path: string): string => readFileSync(path, "utf8");
/** Generated from openapi.json. */
const GENERATED = "client/src/schema.ts";

const sources = globSync("{src,contract,client/src,web}/**/*.{ts,tsx}").filter(
  (path) => !path.includes(".test.") && path !== GENERATED,
);

/** Files whose text matches, except the allowed ones. */
const offenders = (pattern: RegExp, allowed: RegExp): string[] =>
  sources.filter((path) => !allowed.test(path) && pattern.test(read(path)));

/** From the bottom up, as src/app.ts builds them. */
const MODULES = [
  "rate-limits",
  "idempotency",
  "quotas",
  "accounts",
  "rollout",
  "catalogue",
  "library",
  "sync",
  "imports",
  "legacy-websocket",
  "kv-migration",
  "dead-letters",
];

/** Paths of the files that a file imports or exports from. */
const importsOf = (path: string): string[] =>
  [...read(path).matchAll(/from "(\.[^"]+)"/g)].map(([, to = ""]) => join(dirname(path), to));

/** Comment texts: block comments whole, line comments one by one. */
const commentsOf = (text: string): string[] =>
  [...text.matchAll(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/ .*/g)].map(([comment]) => comment);

describe("the layout", () => {
  it("names bindings only in the composition root", () => {
    const config = read("wrangler.jsonc");
    const bindings = new Set(
      [...config.matchAll(/"(?:binding|name)":\s*"([A-Z][A-Z0-9_]+)"/g)].map(([, name]) => name),
    );
    expect(bindings.size).toBeGreaterThan(3);
    const named = new RegExp(`env\\.(${[...bindings].join("|")})\\b`);
    const composition =
      /^src\/([^/]+\/)?[^/]+\.ts$|^src\/platform\/metrics\/(hub-client|scrape)\.ts$/;
    expect(offenders(named, composition)).toEqual([]);
  });

  it("keeps SQL and KV in storage/", () => {
    const sql = /\.prepare\(|\b(INSERT INTO|DELETE FROM|SELECT\s[^;]*\sFROM\s)/;
    expect(offenders(sql, /^src\/([^/]+\/)?storage[/.]|^src\/platform\/(d1|metrics)\//)).toEqual(
      [],
    );
  });

  it("writes books only where their search texts are written too", () => {
    const columns = "src/catalogue/storage/book-row.ts";
    const upkeep = "src/catalogue/storage/search-upkeep.ts";
    const byHand = /\b(INTO|UPDATE|DELETE FROM) Books\b/;
    expect(sources.filter((path) => byHand.test(read(path))).sort()).toEqual([columns, upkeep]);
    const writers = sources.filter((path) => read(path).includes("${INSERT_BOOKS}"));
    expect(writers.length).toBeGreaterThan(1);
    expect(writers.filter((path) => !read(path).includes("writeSearchTexts("))).toEqual([]);
  });

  it("has no file longer than 300 lines", () => {
    const long = sources.filter((path) => read(path).split("\n").length > 301);
    expect(long).toEqual([]);
  });

  it("imports modules only from the bottom up, through module.ts or domain/", () => {
    const wrong = sources
      .filter((path) => MODULES.includes(path.split("/")[1] ?? ""))
      .flatMap((path) => {
        const own = path.split("/")[1] ?? "";
        return importsOf(path)
          .filter((imported) => {
            const other = imported.split("/")[1] ?? "";
            if (other === own || !MODULES.includes(other)) return false;
            const isPublic = /^src\/[^/]+\/(module\.ts|domain\/)/.test(imported);
            return !isPublic || MODULES.indexOf(other) > MODULES.indexOf(own);
          })
          .map((imported) => `${path} -> ${imported}`);
      });
    expect(wrong).toEqual([]);
  });

  it("keeps the platform free of modules", () => {
    const wrong = sources
      .filter((path) => path.startsWith("src/platform/"))
      .filter((path) => importsOf(path).some((to) => MODULES.includes(to.split("/")[1] ?? "")));
    expect(wrong).toEqual([]);
  });

  it("has a folder for each module and nothing else beside the platform", () => {
    const folders = readdirSync("src", { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.sort()).toEqual([...MODULES, "platform"].sort());
    expect(MODULES.filter((name) => !existsSync(`src/${name}/module.ts`))).toEqual([]);
  });

  it("does not repeat a folder's name at the start of a file's name", () => {
    const repeated = sources.filter((path) => {
      const parts = path.split("/");
      const file = parts.at(-1) ?? "";
      return parts.slice(1, -1).some((folder) => file.startsWith(`${folder.replace(/s$/, "")}-`));
    });
    expect(repeated.filter((path) => path.startsWith("src/"))).toEqual([]);
  });

  it("refers to the old WebSocket only in the list of modules", () => {
    const module = "src/legacy-websocket/module.ts";
    const importers = {
      [module]: ["src/app.ts"],
      "src/legacy-websocket/http.ts": [module],
      "src/legacy-websocket/messages.ts": [module, "src/legacy-websocket/socket.ts"],
      "src/legacy-websocket/socket.ts": [module],
      "src/legacy-websocket/storage.ts": [module],
    };
    const parts = sources.filter((path) => path.startsWith("src/legacy-websocket/"));
    expect(
      Object.fromEntries(
        parts.map((part) => [
          part,
          sources.filter((path) => importsOf(path).includes(part)).sort(),
        ]),
      ),
    ).toEqual(importers);
  });

  it("names only files that exist in ARCHITECTURE.md and CONTRIBUTING.md", () => {
    for (const page of ["ARCHITECTURE.md", "CONTRIBUTING.md"]) {
      const named = [...read(page).matchAll(/`((?:src|test|contract|migrations|docs)\/[^`\s]*)`/g)];
      const missing = named.map(([, path = ""]) => path).filter((path) => !existsSync(path));
      expect([page, missing]).toEqual([page, []]);
    }
  });

  it('avoids gendered pronouns and "whoever" in comments and documents', () => {
    const pages = globSync("{*.md,openapi.json,{docs,client,load-tests}/**/*.md}").filter(
      (path) => !path.includes("node_modules"),
    );
    const code = globSync(
      "{src,contract,client/src,scripts,bench,load-tests,test,web}/**/*.{ts,tsx,js}",
    );
    const words = /\b(whoever|he|his|him)\b/i;
    const found = [
      ...pages.filter((path) => words.test(read(path))),
      ...code.filter((path) => commentsOf(read(path)).some((comment) => words.test(comment))),
    ];
    expect(found).toEqual([]);
  });

  it("requires the schema of the last migration", () => {
    const last = readdirSync("migrations").sort().at(-1);
    expect(read("src/platform/d1/readiness.ts")).toContain(`SCHEMA_VERSION = "${last}"`);
  });

  it("numbers migrations without gaps", () => {
    const numbers = readdirSync("migrations").map((name) => Number(name.slice(0, 4)));
    expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
  });

  it("configures the same bindings for staging and production as locally", () => {
    const local = unstable_readConfig({ config: "wrangler.jsonc" });
    for (const env of ["staging", "production"]) {
      expect(bindingsOf(unstable_readConfig({ config: "wrangler.jsonc", env }))).toEqual(
        bindingsOf(local),
      );
    }
  });
});

function bindingsOf(config: ReturnType<typeof unstable_readConfig>): string[] {
  return [
    ...config.d1_databases.map(({ binding }: { binding: string }) => binding),
    ...config.kv_namespaces.map(({ binding }: { binding: string }) => binding),
    ...config.r2_buckets.map(({ binding }: { binding: string }) => binding),
    ...config.durable_objects.bindings.map(({ name }: { name: string }) => name),
    ...(config.queues.producers ?? []).map(({ binding }: { binding: string }) => binding),
    `${config.queues.consumers?.length} consumers`,
    `crons ${config.triggers.crons?.join()}`,
    ...Object.keys(config.vars),
  ];
}
