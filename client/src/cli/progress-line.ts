import { hasEnded, type Progress } from "../progress.ts";
import { cut, paint, printable, type Terminal } from "./terminal.ts";

const BAR = 24;
/** Without a terminal, one line is written per tenth of the progress. */
const STEPS = 10;

/** Shows the progress of an import: a bar that is redrawn in place on a terminal, else separate lines. */
export function progressLine(terminal: Terminal): {
  show(progress: Progress): void;
  /**
   * Shows what the import is waiting for; called while nothing changes.
   * @param down names of unavailable providers; undefined if the service itself is unavailable
   */
  wait(down: readonly string[] | undefined): void;
  end(): void;
} {
  let lastStep = -1;
  let isOpen = false;
  let wasEnriching = false;
  let last: Progress | undefined;
  const write = (text: string): void => {
    if (terminal.isInteractive) terminal.err(`\r\u001B[K${cut(text, terminal.columns - 1)}`);
    else terminal.err(`${text}\n`);
    isOpen = terminal.isInteractive;
  };
  return {
    wait: (down) => write(waitingText(last, down)),
    show(progress) {
      last = progress;
      const isEnriching = progress.snapshot.phase === "enriching" && !hasEnded(progress.snapshot);
      if (isEnriching && !wasEnriching) {
        if (isOpen) terminal.err("\n");
        terminal.err(`${SHELF_IS_COMPLETE}\n`);
        isOpen = false;
      }
      wasEnriching = isEnriching;
      const text = textOf(progress, terminal);
      if (terminal.isInteractive) {
        terminal.err(`\r\u001B[K${cut(text, terminal.columns - 1)}`);
        isOpen = true;
        return;
      }
      const { snapshot } = progress;
      const step = Math.floor(snapshot.progress * STEPS);
      if (step === lastStep && !hasEnded(snapshot)) return;
      lastStep = step;
      terminal.err(`${text}\n`);
    },
    end() {
      if (isOpen) terminal.err("\n");
      isOpen = false;
    },
  };
}

const SHELF_IS_COMPLETE =
  "All rows are on your shelf. Books are being looked up; Ctrl-C leaves that to the service.";

function waitingText(last: Progress | undefined, down: readonly string[] | undefined): string {
  if (last === undefined) return "Waiting for the service ...";
  if (down === undefined)
    return "Waiting for the service (unreachable), which continues the import when it is back.";
  const { phase, enrichment, processedRows, totalRows } = last.snapshot;
  const providers =
    down.length === 0 ? "the book providers" : `${down.join(" and ")} (unreachable)`;
  return phase === "enriching"
    ? `Waiting for ${providers}; Ctrl-C leaves it to the service. To look up: ${enrichment.pending}.`
    : `Waiting for the service; row ${processedRows} of ${totalRows}. Ctrl-C leaves it to the service.`;
}

function textOf({ snapshot, via }: Progress, terminal: Terminal): string {
  const { progress, status, phase, processedRows, totalRows, enrichment } = snapshot;
  const done = Math.round(progress * BAR);
  const bar = terminal.isInteractive ? `[${"#".repeat(done)}${"-".repeat(BAR - done)}] ` : "";
  const percent = `${Math.floor(progress * 100)} %`.padStart(5);
  const now = hasEnded(snapshot)
    ? status
    : phase === "enriching"
      ? `to look up: ${enrichment.pending}`
      : `row ${processedRows} of ${totalRows}`;
  // Rate and current title refer to rows, all of which are done once enrichment has started.
  const isReading = !hasEnded(snapshot) && phase !== "enriching";
  const rate =
    isReading && snapshot.rowsPerSecond !== undefined
      ? `, ${Math.round(snapshot.rowsPerSecond)} rows/s`
      : "";
  const title =
    isReading && snapshot.currentTitle !== undefined ? `: ${printable(snapshot.currentTitle)}` : "";
  const channel = via === "polling" ? " (polling)" : "";
  return `${bar}${percent}  ${now}${rate}${channel}${terminal.isInteractive ? title : ""}`;
}

/** The counts of an import, one line each. */
export function outcomeTable(
  { snapshot }: Progress,
  terminal: Terminal,
): readonly (readonly [string, string])[] {
  const { outcomes, enrichment } = snapshot;
  const rows: [string, number, "green" | "yellow" | "red" | "dim"][] = [
    ["new", outcomes.created, "green"],
    ["updated", outcomes.updated, "green"],
    ["unchanged", outcomes.unchanged, "dim"],
    ["to review", outcomes.needsReview, "yellow"],
    ["invalid", outcomes.invalid, "red"],
    ["not processed", outcomes.notProcessed, "dim"],
    ["not found by providers", enrichment.notFound, "dim"],
    ["lookup deferred", enrichment.deferred, "dim"],
  ];
  return rows
    .filter(([, count]) => count > 0)
    .map(([name, count, colour]) => [paint(name, colour, terminal), String(count)] as const);
}
