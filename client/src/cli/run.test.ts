import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  asked,
  bodies,
  cli,
  created,
  folder,
  handlers,
  json,
  loggedIn,
  problem,
  url,
} from "./test-support.ts";
import { EXIT } from "./usage.ts";

const noBooks = json({ data: { books: [], count: 0, total: 0 } });
const keptAccounts = async (): Promise<{ userId: string; token: string }[]> =>
  (
    JSON.parse(await readFile(join(folder, "deep", "account.json"), "utf8")) as {
      accounts: { userId: string; token: string }[];
    }
  ).accounts;

test("help goes to standard output; an invalid command is a usage error with a hint", async () => {
  const help = await cli(["--help"]);
  expect(help.code).toBe(EXIT.ok);
  expect(help.out).toContain("Examples\n  bookstrack login");
  expect(help.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(await cli([])).toMatchObject({ code: EXIT.usage, out: "", err: help.out });
  for (const args of [
    ["fly"],
    ["scan"],
    ["scan", "1", "--frob"],
    ["import"],
    ["import", "a", "b"],
    ["library", "burn"],
    ["library", "list", "--limit", "many"],
    ["library", "list", "--limit", "0"],
    ["library", "list", "--status", "eaten"],
    ["library", "list", "--sort", "colour"],
    ["library", "list", "--format", "scroll"],
    ["library", "list", "--owned", "maybe"],
    ["library", "list", "--rating", "6"],
    ["library", "facets", "--sort", "title"],
    ["library", "stats", "--tag", "sea"],
    ["library", "export", "--json", "--format", "csv"],
    ["scan", "9780441172719", "--dry-run"],
    ["watch", "job-1", "--watch"],
    ["library", "restore"],
    ["library", "bulk", "9780441172719"],
    ["library", "bulk", "--delete"],
    ["library", "bulk", "--all", "--tag", "x", "--delete"],
    ["library", "bulk", "--all", "--delete", "--add-tag", "x"],
    ["library", "bulk", "--all", "--set", "colour=red"],
    ["library", "trash", "x"],
    ["review", "list", "x"],
    ["review", "keep"],
    ["review", "keep", "r1", "--all"],
    ["review", "burn", "r1"],
    ["login", "u1"],
    ["login", "--recover", "u1"],
    ["login", "--name", "Phone"],
    ["login", "--recover", "u1", "code", "--pair", "K7QM-2F0V"],
    ["devices", "burn"],
    ["devices", "revoke"],
    ["pair", "x"],
    ["recovery-code", "x"],
  ]) {
    const { code, err } = await cli(args);
    expect([args, code]).toEqual([args, EXIT.usage]);
    expect(err).toContain("See bookstrack --help.");
  }
  expect((await cli(["--version"])).out).toBe("0.1.0\n");
});

test("login creates one account and saves it readable only by this user", async () => {
  handlers["POST /api/v2/users"] = json(created, 201);
  const first = await cli(["login"]);
  expect(first.code).toBe(EXIT.ok);
  expect(first.out).toContain("ABCD-EFGH");
  const file = join(folder, "deep", "account.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await keptAccounts()).toMatchObject([{ url: url(), userId: "u1" }]);
  handlers["GET /v1/library/u1"] = noBooks;
  expect((await cli(["login", "--json"])).out).toBe(
    `${JSON.stringify({ url: url(), userId: "u1", created: false })}\n`,
  );
  expect(asked.filter((request) => request.startsWith("POST"))).toHaveLength(1);
});

test("login gets a new token for a saved account whose token is no longer valid", async () => {
  await loggedIn();
  handlers["GET /v1/library/u1"] = problem(401, "UNAUTHORIZED");
  expect((await cli(["library", "list"])).err).toContain(
    "Run `bookstrack login` to get a new token",
  );
  handlers["POST /api/v2/tokens"] = json({ token: "bt_3_z", scopes: [] }, 201);
  const { code, out } = await cli(["login"]);
  expect(code).toBe(EXIT.ok);
  expect(out).toContain("You are signed in to");
  expect(await keptAccounts()).toMatchObject([{ userId: "u1", token: "bt_3_z" }]);
  handlers["POST /api/v2/tokens"] = problem(401, "UNAUTHORIZED");
  const lost = await cli(["login"]);
  expect(lost.code).toBe(EXIT.access);
  expect(lost.err).toContain("account.json to create a new account");
});

test("login keeps saved accounts of other services and other users", async () => {
  await loggedIn();
  const elsewhere = url().replace("127.0.0.1", "localhost");
  await cli(["login", "--url", elsewhere]);
  handlers["POST /api/v2/tokens"] = json({ token: "bt_2_y", scopes: [] }, 201);
  await cli(["login", "--recover", "u7", "ABCD-EFGH", "--url", elsewhere]);
  expect(await keptAccounts()).toMatchObject([
    { url: elsewhere, userId: "u7" },
    { url: elsewhere, userId: "u1", recoveryCode: created.recoveryCode },
    { url: url(), userId: "u1" },
  ]);
  handlers["GET /v1/library/u7"] = noBooks;
  expect((await cli(["library", "list", "--url", elsewhere])).code).toBe(EXIT.ok);
});

test("an account from the environment must be complete", async () => {
  const half = await cli(["library", "list"], { env: { BOOKSTRACK_TOKEN: "bt_9_q" } });
  expect(half.code).toBe(EXIT.usage);
  expect(half.err).toContain("BOOKSTRACK_USER");
  handlers["GET /v1/library/u9"] = noBooks;
  const env = { BOOKSTRACK_TOKEN: "bt_9_q", BOOKSTRACK_USER: "u9" };
  expect((await cli(["library", "list"], { env })).code).toBe(EXIT.ok);
  expect(asked.at(-1)).toContain("Bearer bt_9_q");
});

test("login --recover signs in with a recovery code", async () => {
  handlers["POST /api/v2/tokens"] = json({ token: "bt_2_y", scopes: [] }, 201);
  expect((await cli(["login", "--recover", "u7", "ABCD-EFGH"])).code).toBe(EXIT.ok);
  handlers["GET /v1/library/u7/stats"] = (request, response) => {
    expect(request.headers.authorization).toBe("Bearer bt_2_y");
    json({ data: stats })(request, response);
  };
  expect((await cli(["library", "stats"])).out).toMatch(/average rating\s+4\.50/);
});

test("login --signup-code sends the code with the new account", async () => {
  let sent = "";
  handlers["POST /api/v2/users"] = (request, response) => {
    sent = request.headers["content-type"] ?? "";
    json(created, 201)(request, response);
  };
  expect((await cli(["login", "--signup-code", "correct horse"])).code).toBe(EXIT.ok);
  expect(sent).toBe("application/json");
});

test("usage lists each quota with the used amount", async () => {
  await loggedIn();
  const items = [
    { quota: "importRows", limit: 50_000, used: 1_200, resetsAt: "2026-11-30T00:00:00.000Z" },
    { quota: "entries", limit: null, used: 7 },
  ];
  handlers["GET /api/v2/users/me/usage"] = json({ items });
  expect((await cli(["usage"])).out).toBe(
    "importRows  1,200  of 50,000  until 2026-11-30 00:00 UTC\nentries     7      no limit\n",
  );
  expect((await cli(["usage", "--json"])).out).toBe(`${JSON.stringify(items)}\n`);
  expect((await cli(["usage", "now"])).code).toBe(EXIT.usage);
});

test("a saved token is never sent to another service", async () => {
  await loggedIn();
  handlers["POST /api/v2/books/enrich"] = json({
    isbn: "9780441172719",
    title: "Dune",
    authors: [],
  });
  const elsewhere = url().replace("127.0.0.1", "localhost");
  await cli(["scan", "9780441172719", "--url", elsewhere]);
  expect(asked.at(-1)).toBe("POST /api/v2/books/enrich");
});

test("an account file of the first versions, with one account, is read and kept", async () => {
  const file = join(folder, "account.json");
  const old = { url: url(), userId: "u0", token: "bt_0_x", recoveryCode: "OLD-CODE" };
  await writeFile(file, JSON.stringify(old));
  handlers["GET /v1/library/u0"] = json({ items: [] });
  const env = { BOOKSTRACK_ACCOUNT: file };
  const { code, out } = await cli(["login"], { env });
  expect([code, out]).toEqual([0, `You are signed in to ${url()} as u0.\n`]);
  expect(asked).toEqual(["GET /v1/library/u0?limit=1 Bearer bt_0_x"]);
  handlers["POST /api/v2/users"] = json(created, 201);
  const other = { ...env, BOOKSTRACK_URL: url().replace("127.0.0.1", "localhost") };
  await cli(["login"], { env: other });
  const { accounts } = JSON.parse(await readFile(file, "utf8")) as { accounts: object[] };
  expect(accounts).toMatchObject([{ userId: "u1" }, old]);
});

test("a damaged account file is reported by name", async () => {
  await writeFile(join(folder, "account.json"), "{");
  const { code, err } = await cli(["library", "list"], {
    env: { BOOKSTRACK_ACCOUNT: join(folder, "account.json") },
  });
  expect(code).toBe(EXIT.failed);
  expect(err).toContain("is not a valid account file");
});

test("a scan prints the book, or that no provider has it", async () => {
  handlers["POST /api/v2/books/enrich"] = json({
    isbn: "9780441172719",
    title: "Du\u001B[31mne",
    authors: ["Frank Herbert"],
    pageCount: 535,
    provider: "merged",
  });
  const { code, out } = await cli(["scan", "978-0-441", "17271-9"]);
  expect(code).toBe(EXIT.ok);
  expect(out).toContain("pages    535");
  expect(out).not.toContain("\u001B");
  handlers["POST /api/v2/books/enrich"] = problem(404, "BOOK_NOT_FOUND");
  const unknown = await cli(["scan", "9780441172719", "--json"]);
  expect(unknown.code).toBe(EXIT.notFound);
  expect(JSON.parse(unknown.out)).toMatchObject({ type: "error", code: "BOOK_NOT_FOUND" });
});

test("a search and the editions of a book are printed with one book per line", async () => {
  const dune = { isbn: "9780441172719", title: "Dune", authors: ["Frank Herbert"] };
  handlers["GET /v1/search/title"] = json({ data: { books: [{ ...dune, editionCount: 3 }] } });
  const found = await cli(["search", "dune", "herbert", "--works", "--limit", "5"]);
  expect(found).toMatchObject({ code: EXIT.ok });
  expect(found.out).toMatch(/^9780441172719 +Dune +Frank Herbert +3 editions/);
  handlers["GET /v1/books/9780441172719/editions"] = json({ data: { editions: [dune] } });
  const editions = await cli(["editions", "9780441172719", "--json"]);
  expect(JSON.parse(editions.out)).toEqual({ editions: [dune] });
  expect((await cli(["search"])).code).toBe(EXIT.usage);
});

test("without an account it prints what to do and exits with the access code", async () => {
  const { code, err } = await cli(["library", "list"]);
  expect(code).toBe(EXIT.access);
  expect(err).toContain("bookstrack login");
});

const stats = {
  books: 2,
  byStatus: { want_to_read: 1, reading: 0, completed: 1, paused: 0, abandoned: 0, none: 0 },
  ratings: [],
  averageRating: 4.5,
  readings: 1,
  pages: 300,
  year: 2026,
  byMonth: [],
  byYear: [{ year: 2026, books: 1, readings: 1, pages: 300 }],
  topAuthors: [{ name: "Frank Herbert", books: 2 }],
  categories: [],
  languages: [],
};

test("a library is listed in columns, up to a limit, or as JSON", async () => {
  await loggedIn();
  const books = ["9780441172719", "9780140328721"].map((isbn) => ({
    isbn,
    title: `Title of ${isbn}`,
    authors: ["A", "B"],
    status: "completed",
    rating: 4.25,
  }));
  handlers["GET /v1/library/u1"] = json({ data: { books } });
  const listed = await cli(["library", "list", "--limit", "1", "--sort", "title"]);
  expect(listed.out).toBe("9780441172719  Title of 9780441172719  A, B  completed  4.25\n");
  expect(asked.at(-1)).toContain("sort=title");
  expect(JSON.parse((await cli(["library", "list", "--json"])).out)).toHaveLength(2);
});

test("statistics of a period show the books finished in it", async () => {
  await loggedIn();
  const progress = { days: 2, pages: 60, minutes: 0, pagesPerDay: 30, byDay: [] };
  const period = {
    from: "2026-01-01",
    to: "2026-03-31",
    books: 3,
    readings: 4,
    pages: 900,
    progress,
  };
  handlers["GET /v1/library/u1/stats"] = json({ data: { ...stats, period } });
  const days = ["--from", "2026-01-01", "--to", "2026-03-31"];
  const { out } = await cli(["library", "stats", ...days]);
  expect(asked.at(-1)).toMatch(/stats\?from=2026-01-01&to=2026-03-31/);
  expect(out).toContain("from 2026-01-01 to 2026-03-31");
  expect(out).toMatch(/finished books\s+3\n\s+finished readings\s+4\n\s+their pages\s+900/);
  expect((await cli(["library", "stats", "--year", "2026"])).out).not.toContain("finished books");
  expect(asked.at(-1)).toMatch(/stats\?year=2026/);
});

test("filters of a library are sent as the service expects them", async () => {
  await loggedIn();
  handlers["GET /v1/library/u1"] = json({ data: { books: [] } });
  await cli(
    "library list --status reading --status none --unrated --owned no --format ebook --from s --sort title"
      .split(" ")
      .concat("--author", "Le Guin", "--finished-from", "2024-01-01"),
  );
  const { searchParams } = new URL(asked.at(-1)?.split(" ")[1] ?? "", "http://x");
  expect(Object.fromEntries(searchParams)).toEqual({
    status: "none",
    unrated: "true",
    owned: "false",
    format: "ebook",
    from: "s",
    sort: "title",
    author: "Le Guin",
    finishedFrom: "2024-01-01",
  });
  expect(searchParams.getAll("status")).toEqual(["reading", "none"]);
});

test("facets are listed with their counts, or as JSON", async () => {
  await loggedIn();
  const none = { tags: 0, authors: 0, series: 0, languages: 0, formats: 0, years: 0, statuses: 0 };
  const facets = {
    total: 12,
    tags: [{ value: "sea", count: 3 }],
    authors: [],
    series: [],
    languages: [],
    formats: [],
    years: [{ value: 1965, count: 10 }],
    statuses: [],
    without: none,
    more: { ...none, tags: 2 },
  };
  handlers["GET /v1/library/u1/facets"] = json({ data: facets });
  const { out } = await cli(["library", "facets", "--tag", "sea"]);
  expect(out.split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
    "books 12",
    "tags: sea 3",
    "tags: other values 2",
    "years: 1965 10",
    "",
  ]);
  expect(asked.at(-1)).toContain("?tag=sea&limit=10");
  expect(JSON.parse((await cli(["library", "facets", "--json"])).out)).toEqual(facets);
});

test("a book fits on one line in a narrow terminal too", async () => {
  await loggedIn();
  const book = {
    isbn: "9780441172719",
    title: "ある長い題名の本はここで切られる",
    authors: ["A writer of many names"],
    status: "want_to_read",
    rating: 4.25,
  };
  handlers["GET /v1/library/u1"] = json({ data: { books: [book] } });
  const { out } = await cli(["library", "list"], { isTTY: true, columns: 60 });
  expect(out).toBe("9780441172719  ある長い題名の…  A write…  want_to_read  4.25\n");
  expect((await cli(["library", "list"])).out).toContain(`${book.title}  ${book.authors[0]}`);
});

test("an export prints exactly what the service sends", async () => {
  await loggedIn();
  handlers["GET /v1/library/u1/export"] = (_, response) => {
    response.write(Buffer.from("Title\r\nÉm", "utf8").subarray(0, 8));
    response.end(Buffer.concat([Buffer.from("Title\r\nÉm").subarray(8), Buffer.from("ile\r\n")]));
  };
  expect((await cli(["library", "export"])).out).toBe("Title\r\nÉmile\r\n");
  expect(asked.at(-1)).toContain("format=csv");
  await cli(["library", "export", "--json"]);
  expect(asked.at(-1)).toContain("format=json");
  await cli(["library", "export", "--json", "--format", "ndjson"]);
  expect(asked.at(-1)).toContain("format=ndjson");
  await cli(["library", "export", "--format", "archive"]);
  expect(asked.at(-1)).toContain("format=archive");
});

test("an unreachable service is reported by name", async () => {
  const { code, err } = await cli(["scan", "1", "--url", "http://127.0.0.1:9"]);
  expect(code).toBe(EXIT.failed);
  expect(err).toContain("127.0.0.1:9 could not be reached");
});

test("an invalid service URL is reported", async () => {
  for (const address of ["nonsense", "ftp://books.example"]) {
    const { code, err } = await cli(["scan", "1", "--url", address]);
    expect(code).toBe(EXIT.usage);
    expect(err).toContain(`${address} is not the URL of a service`);
  }
});

test("an account is found by its service URL, with or without a trailing slash", async () => {
  await loggedIn();
  handlers["GET /v1/library/u1"] = json({ data: { books: [] } });
  const { code, err } = await cli(["library", "list", "--url", `${url()}/`]);
  expect(code).toBe(EXIT.ok);
  expect(err).toBe("No matching books on your shelves.\n");
});

test("an invalid ISBN is reported with suggestions", async () => {
  const wrong = {
    code: "INVALID_ISBN",
    detail: "Wrong.",
    retryable: false,
    suggestions: ["9780441172719"],
  };
  handlers["POST /api/v2/books/enrich"] = json(wrong, 400);
  const { code, err, out } = await cli(["scan", "9780441172710", "--json"]);
  expect(code).toBe(EXIT.usage);
  expect(err).toContain("Did you mean 9780441172719?");
  expect(JSON.parse(out)).toMatchObject({ suggestions: ["9780441172719"] });
});

test("a file with unknown columns is reported with its columns and how to map them", async () => {
  await loggedIn();
  const rejection = {
    code: "INVALID_CSV",
    detail: "No column is known.",
    retryable: false,
    foundColumns: ["Foo", "Bar"],
  };
  handlers["POST /api/v2/imports"] = json(rejection, 400);
  const file = join(folder, "odd.csv");
  await writeFile(file, "Foo,Bar\n1,2\n");
  const { code, err, out } = await cli(["import", file, "--json"]);
  expect(code).toBe(EXIT.usage);
  expect(err).toContain("Its columns are: Foo, Bar. Map them with --map COLUMN=FIELD.");
  expect(JSON.parse(out)).toMatchObject({ code: "INVALID_CSV", foundColumns: ["Foo", "Bar"] });
});

test("a rate limit is reported with the time to wait", async () => {
  handlers["POST /api/v2/books/enrich"] = (_, response) => {
    response.writeHead(429, { "Retry-After": "90" });
    response.end(JSON.stringify({ code: "RATE_LIMIT_EXCEEDED", detail: "Slow down." }));
  };
  const { code, err, out } = await cli(["scan", "9780441172719", "--json"]);
  expect(code).toBe(EXIT.failed);
  expect(err).toContain("Try again in 90 s.");
  expect(JSON.parse(out)).toMatchObject({ status: 429, retryAfterMs: 90_000 });
});

test("review lists, keeps and dismisses waiting rows in as many requests as needed", async () => {
  await loggedIn();
  const root = "/v1/library/u1/review-queue";
  const item = { id: "r1", title: "Lost\u001B", reason: { code: "C", text: "Why." } };
  handlers[`GET ${root}`] = json({ data: { items: [item], count: 1, total: 1 } });
  expect((await cli(["review", "list", "--job", "job-1"])).out).toBe("r1  Lost   Why.\n");
  expect(asked.at(-1)).toContain(`${root}?jobId=job-1`);
  let calls = 0;
  handlers[`POST ${root}/bulk`] = (request, response) => {
    calls += 1;
    const results =
      calls === 1
        ? [{ id: "r1", outcome: "kept", isbn: "local-1" }]
        : [{ id: "r2", outcome: "refused", problem: { code: "X", detail: "No title." } }];
    json({ data: { results, remaining: calls === 1 ? 1 : 0 } })(request, response);
  };
  const kept = await cli(["review", "keep", "r1", "r2"]);
  expect(kept).toEqual({ code: EXIT.rowsLeft, out: "Kept: 1\n", err: "r2: No title.\n" });
  expect(calls).toBe(2);
  handlers[`POST ${root}/bulk`] = json({ data: { results: [], remaining: 5 } });
  expect(await cli(["review", "dismiss", "--all"])).toMatchObject({ out: "Dismissed: 0\n" });
});

test("library lists the trash, restores books from it and empties it", async () => {
  await loggedIn();
  const root = "/v1/library/u1/trash";
  const item = {
    book: { isbn: "9780441172719", title: "Dune\u001B" },
    deletedAt: "2026-05-01T00:00:00.000Z",
    until: "2026-05-31T00:00:00.000Z",
  };
  let pages = 0;
  handlers[`GET ${root}`] = (request, response) => {
    pages += 1;
    const more = pages === 1 ? { nextCursor: "t1.1.9780441172719" } : {};
    json({ data: { items: [item], count: 1, total: 2, ...more } })(request, response);
  };
  const line = "9780441172719  Dune   until 2026-05-31\n";
  expect((await cli(["library", "trash"])).out).toBe(line + line);
  expect(asked.at(-1)).toContain(`${root}?cursor=t1.1.9780441172719`);
  handlers[`POST ${root}/9780441172719/restore`] = json({
    data: { restored: true, book: item.book },
  });
  const { code, out } = await cli(["library", "restore", "9780441172719", "9780441172710"]);
  expect([code, out]).toEqual([EXIT.notFound, "Restored: Dune \n"]);
  handlers[`DELETE ${root}`] = (_, response) => response.writeHead(204).end();
  expect((await cli(["library", "trash", "--empty"])).out).toBe("The trash is empty.\n");
});

test("library bulk changes books in as many requests as needed, and lists those that it could not change", async () => {
  await loggedIn();
  const path = "POST /v1/library/u1/books/bulk";
  let calls = 0;
  handlers[path] = (request, response) => {
    calls += 1;
    const results =
      calls === 1
        ? [{ isbn: "9780441172719", outcome: "changed" }]
        : [{ isbn: "local-1", outcome: "refused", problem: { code: "X", detail: "No." } }];
    json({ data: { results, remaining: calls === 1 ? 1 : 0 } })(request, response);
  };
  const edit = ["--set", "status=completed", "--set", "rating=4.5", "--set", "notes="];
  const filter = ["--tag", "x", "--add-tag", "y"];
  const { code, out, err } = await cli(["library", "bulk", ...filter, ...edit]);
  expect([code, out, err]).toEqual([EXIT.rowsLeft, "changed: 1, refused: 1\n", "local-1: No.\n"]);
  const change = { status: "completed", rating: 4.5, notes: null };
  const body = { filter: { tag: "x" }, change, addTags: ["y"] };
  expect(bodies.slice(-2).map((text) => JSON.parse(text))).toEqual([body, body]);
});

test("library moves a book to another edition", async () => {
  await loggedIn();
  const book = { isbn: "9780441013593", title: "Dune" };
  handlers["POST /v1/library/u1/books/9780441172719/edition"] = json({
    data: { moved: true, book },
  });
  const moved = await cli(["library", "move", "9780441172719", "9780441013593"]);
  expect(moved).toEqual({ code: EXIT.ok, out: "Moved: Dune (9780441013593)\n", err: "" });
  const { code } = await cli(["library", "move", "9780441172719"]);
  expect(code).toBe(EXIT.usage);
});

test("a scan is not repeated if the service requests a wait for its providers", async () => {
  await loggedIn();
  let scans = 0;
  handlers["POST /api/v2/books/enrich"] = (request, response) => {
    scans += 1;
    response.setHeader("Retry-After", "5");
    problem(503, "PROVIDERS_UNAVAILABLE")(request, response);
  };
  const { code, err } = await cli(["scan", "9780441172719"]);
  expect([code, scans]).toEqual([EXIT.failed, 1]);
  expect(err).toContain("about PROVIDERS_UNAVAILABLE");
});
