#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { run } from "./run.ts";
import { terminalOf } from "./terminal.ts";

const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string };

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interruption.abort(new Error("interrupted")));
}
// Whoever reads our output may have seen enough: `bookstrack library export | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  terminal: terminalOf(process.stdout, process.stderr, process.env),
  signal: interruption.signal,
  version,
});
