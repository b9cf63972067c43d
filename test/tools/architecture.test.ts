import { globSync, readdirSync, readFileSync } from "node:fs";
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

const importersOf = (path: string): string[] =>
  sources
    .filter((source) =>
      [...read(source).matchAll(/from "(\.[^"]+)"/g)].some(
        ([, imported = ""]) => join(dirname(source), imported) === path,
      ),
    )
    .sort();

describe("the layout", () => {
  it("names bindings only in the composition root", () => {
    const config = read("wrangler.jsonc");
    const bindings = new Set(
      [...config.matchAll(/"(?:binding|name)":\s*"([A-Z][A-Z0-9_]+)"/g)].map(([, name]) => name),
    );
    expect(bindings.size).toBeGreaterThan(3);
    const named = new RegExp(`env\\.(${[...bindings].join("|")})\\b`);
    expect(offenders(named, /^src\/wiring/)).toEqual([]);
  });

  it("keeps SQL and KV in storage/", () => {
    const sql = /\.prepare\(|\b(INSERT INTO|DELETE FROM|SELECT\s[^;]*\sFROM\s)/;
    expect(offenders(sql, /^src\/([^/]+\/)?storage[/.]|^src\/platform\/(d1|metrics)\//)).toEqual(
      [],
    );
  });

  it("has no file longer than 300 lines", () => {
    const long = sources.filter((path) => read(path).split("\n").length > 301);
    expect(long).toEqual([]);
  });

  it("uses the old WebSocket only where parts are composed", () => {
    const front = "src/wiring/legacy-websocket.ts";
    const parts = {
      "src/legacy-websocket/http.ts": ["src/app.ts", front],
      "src/legacy-websocket/socket.ts": [front],
      "src/legacy-websocket/messages.ts": ["src/legacy-websocket/socket.ts", front],
      "src/legacy-websocket/storage.ts": [front],
      [front]: ["src/wiring.ts"],
    };
    for (const [part, importers] of Object.entries(parts)) {
      expect([part, importersOf(part)]).toEqual([part, importers]);
    }
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
    ...config.durable_objects.bindings.map(({ name }: { name: string }) => name),
    ...(config.queues.producers ?? []).map(({ binding }: { binding: string }) => binding),
    `${config.queues.consumers?.length} consumers`,
    `crons ${config.triggers.crons?.join()}`,
    ...Object.keys(config.vars),
  ];
}
