#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { run } from "./run.ts";
import { terminalOf } from "./terminal.ts";
import { EXIT } from "./usage.ts";

const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string };

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interruption.abort(new Error("interrupted")));
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", ({ code }: NodeJS.ErrnoException) => {
    // The process that reads our output may exit early: `bookstrack library export | head`.
    if (code === "EPIPE") process.exit(EXIT.ok);
    if (stream === process.stdout) process.stderr.write(`bookstrack: cannot write: ${code}\n`);
    process.exit(EXIT.failed);
  });
}

/** Reads one line from the user. */
async function ask(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await reader.question(question, { signal: interruption.signal });
  } finally {
    reader.close();
  }
}

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  terminal: terminalOf(
    process.stdout,
    process.stderr,
    process.env,
    process.stdin.isTTY ? ask : undefined,
  ),
  signal: interruption.signal,
  version,
});
