import type { CommitImportRequest, ImportAssumption } from "../schema.ts";
import { printable, type Terminal } from "./terminal.ts";

/**
 * Assumptions below this confidence are put to the user. The service adds notes to the rows that
 * depend on them.
 */
const SURE = 0.8;

export type ReadingOptions = NonNullable<CommitImportRequest["options"]>;

const NAMES: Readonly<Record<ImportAssumption["kind"], string>> = {
  format: "The file is from",
  encoding: "Its encoding is",
  ratingScale: "Its highest rating is",
  dateOrder: "Its dates are in the order",
  authorOrder: "A comma between names means",
  statusMapping: "The shelf",
};

/** The possible values of an assumption; absent if only the service knows them. */
const VALUES: Readonly<Partial<Record<ImportAssumption["kind"], readonly string[]>>> = {
  ratingScale: ["5", "10", "20", "100"],
  dateOrder: ["dmy", "mdy", "ymd"],
  authorOrder: ["given-first", "family-first", "list"],
  statusMapping: ["want_to_read", "reading", "completed", "paused", "abandoned", "none"],
};

/**
 * Asks the user about the assumptions of a preview that are not certain.
 * @returns the options for assumptions that the user has corrected
 */
export async function askAssumptions(
  assumptions: readonly ImportAssumption[],
  terminal: Pick<Terminal, "err">,
  ask: NonNullable<Terminal["ask"]>,
): Promise<ReadingOptions> {
  const options: ReadingOptions = {};
  for (const assumption of assumptions) {
    if (assumption.confidence >= SURE) continue;
    terminal.err(textOf(assumption));
    const answer = await answerTo(assumption, terminal, ask);
    if (answer !== undefined) Object.assign(options, optionOf(assumption, answer, options));
  }
  return options;
}

function textOf({ kind, name, value, rows, samples }: ImportAssumption): string {
  const what = name === undefined ? NAMES[kind] : `${NAMES[kind]} "${printable(name)}" is`;
  const examples = samples.map(({ from, to }) => `  ${printable(from)} -> ${printable(to)}\n`);
  return `${what} ${value} (not certain; rows: ${rows})\n${examples.join("")}`;
}

/** The user's value; undefined if the assumption is correct. */
async function answerTo(
  { kind }: ImportAssumption,
  terminal: Pick<Terminal, "err">,
  ask: NonNullable<Terminal["ask"]>,
): Promise<string | undefined> {
  const allowed = VALUES[kind];
  const choices = allowed ? ` (${allowed.join(", ")})` : "";
  for (;;) {
    const answer = (
      await ask(`Press Enter if this is correct, or type another value${choices}: `)
    ).trim();
    if (answer === "") return undefined;
    if (allowed === undefined || allowed.includes(answer)) return answer;
    terminal.err(`It must be one of ${allowed.join(", ")}.\n`);
  }
}

function optionOf({ kind, name = "" }: ImportAssumption, answer: string, before: ReadingOptions) {
  if (kind === "ratingScale") return { ratingScale: Number(answer) };
  if (kind === "statusMapping")
    return { statusMapping: { ...before.statusMapping, [name]: answer } };
  return { [kind]: answer };
}
