import type { BulkReview } from "../library.ts";
import { ownLibrary, type Context } from "./context.ts";
import { cut, printable, table } from "./terminal.ts";
import { EXIT, type ExitCode } from "./usage.ts";

const TITLE_WIDTH = 40;
const REASON_WIDTH = 60;

/** Lists the rows waiting for review, of one import or of all. */
export async function listReview(jobId: string | undefined, context: Context): Promise<void> {
  const { json, terminal, signal } = context;
  const query = { signal, ...(jobId === undefined ? {} : { jobId }) };
  const lines: string[][] = [];
  for await (const item of ownLibrary(context).reviewQueue(query)) {
    if (json) terminal.out(`${JSON.stringify(item)}\n`);
    else {
      const title = cut(printable(item.title ?? ""), TITLE_WIDTH);
      lines.push([item.id, title, cut(printable(item.reason.text), REASON_WIDTH)]);
    }
  }
  terminal.out(table(lines));
  if (!json && lines.length === 0) terminal.err("No rows are waiting for review.\n");
}

/** Keeps or dismisses waiting rows: the named ones, those of one import, or all. */
export async function settleReview(
  request: { decision: "keep" | "dismiss"; ids: readonly string[]; jobId: string | undefined },
  context: Context,
): Promise<ExitCode> {
  const { json, terminal, signal } = context;
  const { decision, ids, jobId } = request;
  const selection: BulkReview = {
    ...(ids.length === 0 ? {} : { ids }),
    ...(jobId === undefined ? {} : { jobId }),
    ...(decision === "keep" ? { keep: true as const } : { dismiss: true as const }),
  };
  let [settled, left] = [0, 0];
  for await (const result of ownLibrary(context).settle(selection, { signal })) {
    const isSettled = result.outcome === "kept" || result.outcome === "dismissed";
    if (isSettled) settled += 1;
    else left += 1;
    if (json) terminal.out(`${JSON.stringify(result)}\n`);
    else if (!isSettled) {
      terminal.err(
        `${result.id}: ${printable(result.problem?.detail ?? "It is not waiting for review.")}\n`,
      );
    }
  }
  if (!json) terminal.out(`${decision === "keep" ? "Kept" : "Dismissed"}: ${settled}\n`);
  return left > 0 ? EXIT.rowsLeft : EXIT.ok;
}
