import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import packageJson from "../../package.json" with { type: "json" };
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";

interface Job {
  "runs-on": string;
  "timeout-minutes": number;
  environment?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  env?: Record<string, string>;
  strategy?: { matrix: Record<string, string[]> };
  steps: { run?: string; uses?: string; env?: Record<string, string> }[];
}

interface Workflow {
  name: string;
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const FOLDER = join(PROJECT_ROOT, ".github/workflows");
const files = readdirSync(FOLDER);

/** Reads a workflow by file name. */
function workflow(file: string): Workflow {
  return parse(readFileSync(join(FOLDER, file), "utf8")) as Workflow;
}

/** The commands of a job, once for each combination of its matrix. */
function commandsOf({ strategy, steps }: Job): string[] {
  return steps.flatMap(({ run }) => {
    if (run === undefined) return [];
    return Object.entries(strategy?.matrix ?? {}).reduce(
      (commands, [name, values]) =>
        commands.flatMap((text) =>
          values.map((value) => text.replaceAll(`\${{ matrix.${name} }}`, value)),
        ),
      [run],
    );
  });
}

test("the workflows are ci, deploy, nightly and release", () => {
  expect(files.toSorted()).toEqual(["ci.yml", "deploy.yml", "nightly.yml", "release.yml"]);
});

test.each(files)(
  "%s runs existing npm scripts, has timeouts, and has read-only permissions",
  (file) => {
    const { jobs, permissions } = workflow(file);
    expect(permissions).toEqual({ contents: "read" });
    for (const job of Object.values(jobs)) {
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
      const commands = commandsOf(job);
      expect(commands.length).toBeGreaterThan(0);
      const scripts = commands.flatMap((text) =>
        [...text.matchAll(/npm run (?:--?\S+ )*([a-z][\w:-]*)/g)].map(([, name]) => name ?? ""),
      );
      expect(scripts.filter((name) => !(name in packageJson.scripts))).toEqual([]);
      expect(commands.join("\n")).not.toContain("${{ matrix.");
    }
  },
);

test("a pull request runs every check and both rehearsals, and cannot deploy", () => {
  const { on, jobs } = workflow("ci.yml");
  expect(Object.keys(on)).toEqual(["push", "pull_request"]);
  const commands = Object.values(jobs).flatMap(commandsOf);
  expect(commands).toContain("bash .ci/run");
  expect(commands.filter((text) => text.includes("deploy:"))).toEqual([
    "npm run deploy:staging -- --dry-run",
    "npm run deploy:production -- --dry-run",
  ]);
  expect(readFileSync(join(FOLDER, "ci.yml"), "utf8")).not.toContain("secrets.");
});

test("a pull request builds the image, and backs up and restores a service in it", () => {
  const commands = commandsOf(workflow("ci.yml").jobs["image"]!);
  expect(commands[0]).toBe("docker compose up --build --detach --wait --wait-timeout 120");
  expect(commands.filter((text) => /node (backup|restore)\.js/.test(text))).toHaveLength(2);
});

test("the nightly workflow runs all tests with ten times as many random cases", () => {
  const { on, jobs } = workflow("nightly.yml");
  expect(Object.keys(on)).toEqual(["schedule", "workflow_dispatch"]);
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  expect(steps.find(({ run }) => run === "npm test")?.env).toEqual({ PROPERTY_RUNS: "10" });
});

test("only the jobs of a release that publish may write, after every check has passed", () => {
  for (const file of files) {
    for (const [name, { permissions, needs }] of Object.entries(workflow(file).jobs)) {
      const { contents = "read", packages = "none" } = permissions ?? {};
      const allowed = { image: ["read", "write"], publish: ["write", "write"] }[name];
      const isPublishing = file === "release.yml" && allowed !== undefined;
      expect([contents, packages]).toEqual(isPublishing ? allowed : ["read", "none"]);
      expect(isPublishing && ![needs].flat().includes("check")).toBe(false);
    }
  }
});

test("a release starts with a pushed tag, checks its version first, and publishes its notes", () => {
  const { on, jobs } = workflow("release.yml");
  expect(on).toEqual({ push: { tags: ["v*"] } });
  const { check, publish } = jobs;
  const commands = commandsOf(check!);
  expect(commands.slice(1)).toEqual([
    'npm run --silent release:notes -- "$GITHUB_REF_NAME"',
    "bash .ci/run",
  ]);
  expect(commandsOf(publish!).at(-1)).toMatch(/^gh release create .*--notes-file notes\.md$/);
  const latest = commandsOf(publish!).filter((command) => command.includes(":latest"));
  expect(latest).toEqual([expect.stringContaining('if [ "$IS_LATEST" = true ]; then')]);
});

test.each(files)("%s pins every action to a commit, with its version in a comment", (file) => {
  const text = readFileSync(join(FOLDER, file), "utf8");
  const used = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action);
  expect(used.length).toBeGreaterThan(0);
  for (const action of used)
    expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  expect(text.match(/persist-credentials: false/g)).toHaveLength(
    used.filter((action) => action?.startsWith("actions/checkout")).length,
  );
});

test("only the step that deploys has the Cloudflare token", () => {
  for (const file of files) {
    const given = parse(readFileSync(join(FOLDER, file), "utf8")) as Workflow & { env?: object };
    expect(JSON.stringify(given.env ?? {})).not.toContain("secrets.");
    for (const job of Object.values(given.jobs)) {
      expect(JSON.stringify(job.env ?? {})).not.toContain("secrets.");
      const withSecrets = job.steps.filter((step) => JSON.stringify(step).includes("secrets."));
      expect(withSecrets.every(({ run }) => run?.startsWith("npm run deploy:"))).toBe(true);
    }
  }
});

test("each deployment uses its environment, and production is started manually", () => {
  const { on, jobs } = workflow("deploy.yml");
  expect(Object.keys(on)).toEqual(["workflow_run", "workflow_dispatch"]);
  for (const [name, job] of Object.entries(jobs)) {
    expect(job.environment).toBe(name);
    expect(commandsOf(job)).toContain(`npm run deploy:${name}`);
  }
  expect(readFileSync(join(FOLDER, "deploy.yml"), "utf8")).toMatch(
    /production:\n {4}if: github\.event_name == 'workflow_dispatch'/,
  );
});
