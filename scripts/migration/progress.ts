const WIDTH = 28;

/** The fields of a status that the progress line shows. */
export interface Progress {
  status: string;
  listed: number;
  keysPerSecond?: number | undefined;
  etaSeconds?: number | undefined;
}

/** One line: a bar if the total is known, the counts, the speed and the remaining time. */
export function progressLine(
  progress: Progress,
  numbers: Readonly<Record<string, number>>,
): string {
  const { listed, keysPerSecond, etaSeconds, status } = progress;
  const left =
    keysPerSecond !== undefined && etaSeconds !== undefined
      ? keysPerSecond * etaSeconds
      : undefined;
  const share = left === undefined || listed + left === 0 ? undefined : listed / (listed + left);
  const bar =
    share === undefined
      ? ""
      : `[${"#".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, ".")}] ${Math.floor(share * 100)} % `;
  const counts = Object.entries(numbers).map(([name, count]) => `${name} ${count}`);
  return [
    `${bar}${status}`,
    `${listed} keys: ${counts.join(", ")}`,
    ...(keysPerSecond === undefined ? [] : [`${keysPerSecond} keys/s`]),
    ...(status === "running" && etaSeconds !== undefined ? [`${etaSeconds} s left`] : []),
  ].join(" | ");
}

/** Redraws the line in place on a terminal; elsewhere prints each line that differs from the last. */
export function progressPrinter(stream: NodeJS.WriteStream): {
  draw(line: string): void;
  end(): void;
} {
  let last = "";
  return {
    draw(line) {
      if (line === last) return;
      stream.write(stream.isTTY ? `\r${line.padEnd(last.length)}` : `${line}\n`);
      last = line;
    },
    end: () => void (stream.isTTY && last !== "" && stream.write("\n")),
  };
}

/** Polls until a run has ended, and draws each status. @returns the last one */
export async function watchRun<Status extends Progress>(
  read: () => Promise<Status>,
  numbersOf: (status: Status) => Readonly<Record<string, number>>,
): Promise<Status> {
  const printer = progressPrinter(process.stdout);
  for (;;) {
    const status = await read();
    printer.draw(progressLine(status, numbersOf(status)));
    if (status.status !== "running") {
      printer.end();
      return status;
    }
    await new Promise((done) => setTimeout(done, 500));
  }
}
