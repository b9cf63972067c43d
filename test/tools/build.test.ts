import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it, test } from "vitest";
import { packageHashes, type FileHashes } from "../../scripts/local/build/inputs.ts";
import { checkout } from "./checkout.ts";

const run = promisify(execFile);
/** A build takes seconds, or up to a minute on a busy machine. */
const LONG_MS = 240_000;

interface Built {
  readonly bundleDir: string;
  readonly isNew: boolean;
}

describe("a build", () => {
  const project = checkout();
  afterAll(() => project.remove());

  const PROGRAM = `
    const { builtWorker } = await import(process.argv[1]);
    let isNew = false;
    const { bundleDir } = await builtWorker({ stateDir: process.argv[2], onBuild: () => (isNew = true) });
    console.log(JSON.stringify({ bundleDir, isNew }));`;

  const built = async (env: Record<string, string> = {}): Promise<Built> => {
    const module = join(project.path, "scripts/local/build/build-worker.ts");
    const args = ["--input-type=module", "-e", PROGRAM, module, join(project.path, "state")];
    const { stdout } = await run(process.execPath, args, { env: { ...process.env, ...env } });
    return JSON.parse(stdout) as Built;
  };
  const edit = (file: string, change: (text: string) => string): void => {
    const path = join(project.path, file);
    writeFileSync(path, change(readFileSync(path, "utf8")));
  };
  const script = ({ bundleDir }: Built): string =>
    readFileSync(join(bundleDir, "worker.js"), "utf8");

  it(
    "is reused while its inputs are unchanged, and repeated when one changes",
    async () => {
      const first = await built();
      expect(await built()).toEqual({ ...first, isNew: false });

      writeFileSync(join(project.path, "src/new.test.ts"), "// A test is not an input.");
      expect(await built({ NODE_ENV: "test", CLOUDFLARE_ENV: "staging" })).toEqual({
        ...first,
        isNew: false,
      });

      edit("src/app.ts", (text) =>
        text.replace("`There is no ${c.req", "`Edited: There is no ${c.req"),
      );
      const second = await built();
      expect(second.isNew).toBe(true);
      expect(script(first)).not.toContain("Edited: ");
      expect(script(second)).toContain("Edited: ");

      edit("src/app.ts", (text) => text.replace("Edited: ", ""));
      expect(await built()).toEqual({ ...first, isNew: false });
    },
    LONG_MS,
  );

  it(
    "is not reused if a file of a package was edited in place",
    async () => {
      const first = await built();
      const hashes = join(first.bundleDir, "../packages.json");
      const [file] = Object.keys(JSON.parse(readFileSync(hashes, "utf8")) as FileHashes);
      writeFileSync(hashes, JSON.stringify({ [file ?? ""]: "another hash" }));
      expect(await built()).toEqual({ ...first, isNew: true });
      expect(await built()).toEqual({ ...first, isNew: false });
    },
    LONG_MS,
  );

  it(
    "fails with wrangler's output and stores nothing",
    async () => {
      edit("src/worker.ts", (text) => `import "./no-such-file.ts";\n${text}`);
      await expect(built()).rejects.toThrow(/Building the Worker failed[\s\S]*no-such-file/);
      edit("src/worker.ts", (text) => text.replace('import "./no-such-file.ts";\n', ""));
      expect((await built()).isNew).toBe(false);
    },
    LONG_MS,
  );
});

test("rejects inputs that the hash does not cover", () => {
  expect(packageHashes(["src/worker.ts", "wrangler.jsonc", "contract/catalogue.ts"])).toEqual({});
  expect(() => packageHashes(["scripts/demo.ts"])).toThrow("scripts/demo.ts");
  expect(() => packageHashes(["src/config.test.ts"])).toThrow("src/config.test.ts");
});
