import { expect, test } from "vitest";
import { snapshotAt } from "../test-support.ts";
import { progressLine } from "./progress-line.ts";
import { terminalOf } from "./terminal.ts";

test.each([false, true])(
  "while nothing changes, it shows what it is waiting for (terminal: %s)",
  (isTTY) => {
    let err = "";
    const stream = { write: (text: string) => (err += text), isTTY, columns: 100 };
    const line = progressLine(terminalOf(stream, stream, {}));
    line.wait([]);
    expect(err).toContain("Waiting for the service ...");
    const snapshot = snapshotAt(1, false);
    line.show({ via: "stream", snapshot });
    line.wait([]);
    expect(err).toContain("Waiting for the service; row 1 of 10. Ctrl-C leaves it to the service.");
    const enrichment = { done: 0, pending: 7, notFound: 0, deferred: 0 };
    line.show({ via: "stream", snapshot: { ...snapshot, phase: "enriching", enrichment } });
    line.wait([]);
    expect(err).toContain(
      "Waiting for the book providers; Ctrl-C leaves it to the service. To look up: 7.",
    );
    line.wait(["Open Library"]);
    expect(err).toContain(
      "Waiting for Open Library (unreachable); Ctrl-C leaves it to the service. To look up: 7.",
    );
    line.wait(undefined);
    expect(err).toContain("Waiting for the service (unreachable), which continues the import");
    line.end();
    expect(err.endsWith("\n")).toBe(true);
  },
);
