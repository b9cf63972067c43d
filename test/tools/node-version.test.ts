import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";

/** Output of a script when npm runs on this Node version; it contains "runs" if the script was executed. */
function output(machinesNode: string): string {
  const script = ["--require", join(PROJECT_ROOT, "scripts/node-version.cjs"), "-p", "'runs'"];
  const { stdout, stderr } = spawnSync(process.execPath, script, {
    encoding: "utf8",
    env: { ...process.env, npm_config_user_agent: `npm/11.0.0 node/v${machinesNode} linux x64` },
  });
  return stderr + stdout;
}

it("warns in one line if the installed Node is too old for npm", () => {
  expect(output("18.20.1")).toBe(
    "This machine's Node 18.20.1 is too old: install Node 20 or newer, then run `npm ci` again.\nruns\n",
  );
});

it.each(["20.20.2", "24.21.0"])("prints nothing for Node %s", (version) => {
  expect(output(version)).toBe("runs\n");
});
