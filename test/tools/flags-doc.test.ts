import { readFileSync } from "node:fs";
import { unstable_readConfig } from "wrangler";
import { expect, it } from "vitest";
import { FLAGS, type Environment } from "../../src/rollout/domain/flags-table.ts";

/** Columns of the table of flags; the table of states has fewer. */
const COLUMNS = 7;

const onOff = (isOn: boolean): string => (isOn ? "on" : "off");

it("docs/FLAGS.md matches the table of flags", () => {
  const rows = FLAGS.map(({ name, what, defaults, fails, isFeature }) =>
    [
      `\`${name}\``,
      what,
      onOff(defaults.local),
      onOff(defaults.staging),
      onOff(defaults.production),
      fails,
      isFeature ? "yes" : "no",
    ].join(" | "),
  ).map((row) => `| ${row} |`);
  const documented = readFileSync("docs/FLAGS.md", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `") && line.split(" | ").length === COLUMNS);
  expect(documented).toEqual(rows);
});

it.each(["local", "staging", "production"] as const)(
  "the configuration of %s agrees with the table",
  (environment: Environment) => {
    const named = environment === "local" ? {} : { env: environment };
    const { vars } = unstable_readConfig({ config: "wrangler.jsonc", ...named });
    const configured = JSON.parse(String(vars.FLAG_DEFAULTS)) as Record<string, boolean>;
    const table = Object.fromEntries(
      FLAGS.map(({ name, defaults }) => [name, defaults[environment]]),
    );
    expect(table).toMatchObject(configured);
  },
);
