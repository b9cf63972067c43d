import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { snapshotAt } from "../test-support.ts";
import { asked, bodies, cli, folder, handlers, json, loggedIn } from "./test-support.ts";
import { EXIT } from "./usage.ts";

async function importable(): Promise<string> {
  await loggedIn();
  handlers["POST /api/v2/imports"] = json(
    { jobId: "job-1", totalRows: 10, format: "goodreads", status: "queued" },
    202,
  );
  handlers["GET /api/v2/imports/job-1/stream"] = (_, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    for (const [seq, isLast] of [
      [1, false],
      [2, false],
      [3, true],
    ] as const) {
      const data = { ...snapshotAt(seq, isLast), currentTitle: "Dune\nevent: x" };
      response.write(`event: progress\ndata: ${JSON.stringify(data)}\n\n`);
    }
    response.end();
  };
  handlers["GET /api/v2/imports/job-1/rows"] = (request, response) => {
    const outcome = new URL(request.url ?? "", "http://x").searchParams.get("outcome");
    const row = {
      row: 4,
      line: 5,
      outcome,
      title: "Lost",
      reason: { code: "C", text: "Why." },
      notes: [],
    };
    json({ items: [row] })(request, response);
  };
  const file = join(folder, "library.csv");
  await writeFile(file, "ISBN\n9780441172719\n");
  return file;
}

test("an import without --watch prints the job and how to follow it", async () => {
  const { code, out } = await cli(["import", await importable(), "--dry-run"]);
  expect(code).toBe(EXIT.ok);
  expect(out).toContain("10 rows, read as goodreads; job job-1\n");
  expect(out).toContain("bookstrack watch job-1");
});

test("a watched import in a pipe prints lines, counts and the rows that need attention", async () => {
  const { code, out, err } = await cli(["import", await importable(), "--watch"]);
  expect(code).toBe(EXIT.rowsLeft);
  expect(err).not.toContain("\r");
  expect(err.split("\n").filter((line) => line.includes("%"))).toHaveLength(2);
  expect(out).toContain("new        8\nto review  1\ninvalid    1\n");
  expect(out).toContain("line 5  review   Lost  Why.\nline 5  invalid  Lost  Why.\n");
});

test("a terminal shows a bar, and NO_COLOR disables colours", async () => {
  const file = await importable();
  const coloured = await cli(["import", file, "--watch"], { isTTY: true });
  expect(coloured.err).toContain("\r\u001B[K[########################]");
  expect(coloured.err).not.toContain("event: x\n");
  expect(coloured.out).toContain("\u001B[32mnew\u001B[0m        8");
  const plain = await cli(["import", file, "--watch"], { isTTY: true, env: { NO_COLOR: "1" } });
  expect(plain.out).not.toContain("\u001B");
  const piped = await cli(["import", file, "--watch"], { isTTY: true, isPiped: true });
  expect(piped.err).toContain("\r\u001B[K[########################]");
  expect(piped.out).not.toContain("\u001B");
});

test("a terminal without a known width shows the bar too", async () => {
  const { err } = await cli(["import", await importable(), "--watch"], { isTTY: true, columns: 0 });
  expect(err).toContain("\r\u001B[K[########################]");
});

test("it shows the first twenty of many rows that need attention, and how to list the others", async () => {
  const file = await importable();
  const last = { ...snapshotAt(1, true), totalRows: 60 };
  last.outcomes = { ...last.outcomes, needsReview: 25, invalid: 5 };
  handlers["GET /api/v2/imports/job-1/stream"] = (_, response) => {
    response.end(`event: completed\ndata: ${JSON.stringify(last)}\n\n`);
  };
  handlers["GET /api/v2/imports/job-1/rows"] = (request, response) => {
    const outcome = new URL(request.url ?? "", "http://x").searchParams.get("outcome");
    const items = Array.from({ length: outcome === "invalid" ? 5 : 25 }, (_row, index) => ({
      row: index,
      line: index,
      outcome,
      title: "Lost",
      notes: [],
    }));
    json({ items })(request, response);
  };
  const { out } = await cli(["import", file, "--watch"]);
  expect(out.match(/^line /gm)).toHaveLength(20);
  expect(out).toContain("... and 10 more. List all with: bookstrack watch job-1 --json\n");
  const all = await cli(["watch", "job-1", "--json"]);
  expect(all.out.match(/"failedRow"/g)).toHaveLength(30);
});

test("with --json every line is an object: accepted, progress, failed rows", async () => {
  const { out, err } = await cli(["import", await importable(), "--watch", "--json"]);
  const types = out
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types).toEqual(["accepted", "progress", "progress", "progress", "failedRow", "failedRow"]);
  expect(err).toBe("");
});

test("a preview is committed with the user's choices", async () => {
  await importable();
  handlers["POST /api/v2/imports/job-1/commit"] = json(snapshotAt(4, false), 202);
  const flags = ["--encoding", "windows-1251", "--date-order", "dmy", "--rating-scale", "20"];
  const shelf = ["--shelf", "Lese ich=reading"];
  const { code, out } = await cli(["commit", "job-1", ...flags, ...shelf]);
  expect([code, out]).toEqual([EXIT.ok, expect.stringContaining("bookstrack watch job-1")]);
  expect(JSON.parse(bodies.at(-1) ?? "")).toEqual({
    options: {
      encoding: "windows-1251",
      dateOrder: "dmy",
      ratingScale: 20,
      statusMapping: { "Lese ich": "reading" },
    },
  });
  const followed = await cli(["commit", "job-1", "--watch"]);
  expect(followed.code).toBe(EXIT.rowsLeft);
  expect(asked.at(-1)).toContain("/api/v2/imports/job-1/rows");
});

test("a missing file or a directory is reported before anything is sent", async () => {
  await loggedIn();
  const { code, err } = await cli(["import", join(folder, "none.csv")]);
  expect(code).toBe(EXIT.usage);
  expect(err).toContain("none.csv cannot be read: no such file.");
  expect((await cli(["import", folder])).err).toContain("cannot be read: it is a directory.");
  expect(asked).toHaveLength(1);
});

test("an import that does not exist is not reported as continuing", async () => {
  await loggedIn();
  const { code, err } = await cli(["watch", "nope"]);
  expect(code).toBe(EXIT.notFound);
  expect(err).not.toContain("continues");
});

test("an import reports that the shelf is complete while books are looked up", async () => {
  const file = await importable();
  handlers["GET /api/v2/imports/job-1/stream"] = (_, response) => {
    const enriching = { ...snapshotAt(2, false), phase: "enriching" };
    for (const data of [
      snapshotAt(1, false),
      enriching,
      { ...enriching, seq: 3 },
      snapshotAt(4, true),
    ]) {
      response.write(`event: progress\ndata: ${JSON.stringify(data)}\n\n`);
    }
    response.end();
  };
  for (const isTTY of [false, true]) {
    const { err } = await cli(["import", file, "--watch"], { isTTY });
    expect(
      err.match(/All rows are on your shelf\. .*Ctrl-C leaves that to the service\.\n/g),
    ).toHaveLength(1);
  }
});

test("on a terminal it asks about uncertain assumptions before anything is imported", async () => {
  const file = await importable();
  let isCommitted = false;
  const assumptions = [
    { kind: "dateOrder", value: "dmy", confidence: 0.5, rows: 2, samples: [] },
    { kind: "format", value: "list", confidence: 0.9, rows: 2, samples: [] },
  ];
  handlers["GET /api/v2/imports/job-1/stream"] = (_, response) => {
    const state = isCommitted
      ? snapshotAt(9, true)
      : { ...snapshotAt(3, true), status: "previewed", assumptions };
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.end(`event: progress\ndata: ${JSON.stringify(state)}\n\n`);
  };
  handlers["POST /api/v2/imports/job-1/commit"] = (request, response) => {
    isCommitted = true;
    json(snapshotAt(4, false), 202)(request, response);
  };
  const questions: string[] = [];
  const ask = async (question: string): Promise<string> => {
    questions.push(question);
    return "mdy";
  };
  const { code, err } = await cli(["import", file, "--watch"], { isTTY: true, ask });
  expect([code, isCommitted]).toEqual([EXIT.rowsLeft, true]);
  expect(questions).toHaveLength(1);
  expect(err).toContain("Its dates are in the order dmy (not certain; rows: 2)\n");
  // Without a terminal no question is asked, and the file is imported immediately.
  isCommitted = false;
  questions.length = 0;
  await cli(["import", file, "--watch", "--json"], { isTTY: true, ask });
  expect([questions.length, isCommitted]).toEqual([0, false]);
});

test("it passes the choices about reading a file on", async () => {
  const file = await importable();
  const choices =
    "--encoding windows-1251 --date-order dmy --author-order family-first --rating-scale 10 --shelf a=b=none";
  const shelf = ["--shelf", "Lese ich=reading"];
  const { code } = await cli(["import", file, ...choices.split(" "), ...shelf]);
  expect(code).toBe(EXIT.ok);
  expect(bodies.at(-1)).toContain(
    '"encoding":"windows-1251","ratingScale":10,"dateOrder":"dmy","authorOrder":"family-first",' +
      '"statusMapping":{"a=b":"none","Lese ich":"reading"}',
  );
});

test.each([
  [["--date-order", "dym"], "--date-order must be one of dmy, mdy, ymd."],
  [["--rating-scale", "7"], "--rating-scale must be one of 5, 10, 20, 100."],
  [["--shelf", "Lese ich=lesend"], "--shelf Lese ich=... must end in one of want_to_read"],
  [["--shelf", "Lese ich"], "--shelf must be SHELF=STATUS; got Lese ich."],
])("it states what is expected in place of %j", async (options, text) => {
  const { code, err } = await cli(["import", await importable(), ...options]);
  expect([code, err]).toEqual([EXIT.usage, expect.stringContaining(text)]);
});
