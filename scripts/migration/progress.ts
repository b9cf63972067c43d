const WIDTH = 28;

/** What a status says that progress is drawn from. */
export interface Progress {
  status: string;
  listed: number;
  keysPerSecond?: number | undefined;
  etaSeconds?: number | undefined;
}

/** One line: a bar where the total is known, the numbers, the speed and the time that is left. */
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

/** Draws lines over each other on a terminal; elsewhere prints those that differ. */
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

/** Asks until a run is over or paused, drawing each answer. */
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
