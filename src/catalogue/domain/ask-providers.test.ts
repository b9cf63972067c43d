import { describe, expect, it } from "vitest";
import { askProviders, type AskedProvider } from "./ask-providers.ts";
import type { ProviderAnswer, ProviderBook, ProviderId } from "./provider.ts";

const isbn13 = "9780441172719";
const whole: ProviderBook = {
  isbn: isbn13,
  title: "Dune",
  authors: ["Frank Herbert"],
  categories: [],
  publisher: "Ace",
  publishedDate: "1990-09-01",
  pageCount: 535,
  coverUrl: "https://covers.example/dune.jpg",
  description: "A desert planet.",
  language: "en",
};
const { pageCount: _pages, ...partial } = whole;
const found = (book: ProviderBook): ProviderAnswer => ({ kind: "found", book });
const absent: ProviderAnswer = { kind: "absent" };
const timeout: ProviderAnswer = { kind: "failed", reason: "timeout" };

/** Providers that answer on demand; `elapse` ends the wait for the first one. */
function scene(lane: "scan" | "import" = "scan", prefer?: ProviderId) {
  const asked: ProviderId[] = [];
  const budgets: number[] = [];
  let now = 0;
  const answer = new Map<ProviderId, (answer: ProviderAnswer) => void>();
  let elapse = (): void => {};
  const provider = (id: ProviderId): AskedProvider => ({
    id,
    counts: true,
    lookup: (_isbn13, { budgetMs }) => {
      asked.push(id);
      budgets.push(budgetMs);
      return new Promise((resolve) => answer.set(id, resolve));
    },
  });
  const result = askProviders(
    { isbn13, lane, account: false, ...(prefer ? { prefer } : {}) },
    {
      providers: [provider("openlibrary"), provider("google-books")],
      sleep: () => new Promise((resolve) => (elapse = resolve)),
      now: () => now,
    },
  );
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return {
    asked,
    budgets,
    wait: (ms: number) => (now += ms),
    result,
    settle,
    elapse: () => elapse(),
    answer: async (id: ProviderId, given: ProviderAnswer) => {
      answer.get(id)?.(given);
      await settle();
    },
  };
}

describe("askProviders", () => {
  it("asks only the first provider if its answer is complete", async () => {
    const { asked, answer, result } = scene();
    await answer("openlibrary", found(whole));
    expect((await result).settled.map(({ provider }) => provider)).toEqual(["openlibrary"]);
    expect(asked).toEqual(["openlibrary"]);
  });

  it.each([
    ["scan", [5000, 4200]],
    ["import", [10_000, 10_000]],
  ] as const)("gives the second provider the rest of a %s's time", async (lane, expected) => {
    const { answer, wait, budgets } = scene(lane);
    wait(800);
    await answer("openlibrary", absent);
    expect(budgets).toEqual(expected);
  });

  it.each([
    ["misses", absent],
    ["times out", timeout],
    ["leaves a wanted field blank", found(partial)],
  ])("asks the second when the first %s", async (_why, first) => {
    const { asked, answer, result } = scene();
    await answer("openlibrary", first);
    expect(asked).toEqual(["openlibrary", "google-books"]);
    await answer("google-books", absent);
    expect((await result).settled).toHaveLength(2);
  });

  it("asks the second when the first is slow, and keeps the slow answer", async () => {
    const { asked, answer, result, elapse, settle } = scene();
    elapse();
    await settle();
    expect(asked).toEqual(["openlibrary", "google-books"]);
    await answer("google-books", found(whole));
    const { settled, late } = await result;
    expect(settled.map(({ provider }) => provider)).toEqual(["google-books"]);
    expect(late).toHaveLength(1);
    await answer("openlibrary", found(partial));
    expect(await late[0]).toMatchObject({ provider: "openlibrary", answer: { kind: "found" } });
  });

  it("waits for both when neither is complete", async () => {
    const { answer, result } = scene();
    await answer("openlibrary", found(partial));
    await answer("google-books", found(partial));
    expect(await result).toMatchObject({ settled: [{}, {}], late: [] });
  });

  it("treats a thrown error as a failure of that provider", async () => {
    const broken: AskedProvider = {
      id: "openlibrary",
      counts: true,
      lookup: () => Promise.reject(new Error("the desk is gone")),
    };
    const { settled } = await askProviders(
      { isbn13, lane: "import", account: true },
      { providers: [broken], sleep: () => Promise.resolve(), now: () => 0 },
    );
    expect(settled).toEqual([
      { provider: "openlibrary", counts: true, answer: { kind: "failed", reason: "network" } },
    ]);
  });

  it("does not hedge in the import lane", async () => {
    const { asked, elapse, settle, answer, result } = scene("import");
    elapse();
    await settle();
    expect(asked).toEqual(["openlibrary"]);
    await answer("openlibrary", absent);
    await answer("google-books", absent);
    expect((await result).settled).toHaveLength(2);
  });

  it.each([
    ["has the book, even with blank fields", found(partial)],
    ["times out", timeout],
  ])("does not ask the second in the import lane when the first %s", async (_why, first) => {
    const { asked, answer, result } = scene("import");
    await answer("openlibrary", first);
    expect(await result).toMatchObject({ settled: [{ answer: first }], late: [] });
    expect(asked).toEqual(["openlibrary"]);
  });

  it("does not query a provider again that has recently reported an absence", async () => {
    const asked: ProviderId[] = [];
    const provider = (id: ProviderId): AskedProvider => ({
      id,
      counts: true,
      lookup: async () => {
        asked.push(id);
        return absent;
      },
    });
    const { settled } = await askProviders(
      { isbn13, lane: "import", account: true, knownAbsentAt: ["openlibrary"] },
      {
        providers: [provider("openlibrary"), provider("google-books")],
        sleep: () => Promise.resolve(),
        now: () => 0,
      },
    );
    expect(asked).toEqual(["google-books"]);
    expect(settled.map(({ answer }) => answer)).toEqual([absent, absent]);
  });

  it("returns no answers without providers", async () => {
    const deps = { providers: [], sleep: () => Promise.resolve(), now: () => 0 };
    expect(await askProviders({ isbn13, lane: "scan", account: false }, deps)).toEqual({
      settled: [],
      late: [],
    });
  });
});

describe("a preferred provider", () => {
  it("is asked first, and alone when its answer is complete", async () => {
    const { asked, answer, result } = scene("scan", "google-books");
    await answer("google-books", found(whole));
    expect(asked).toEqual(["google-books"]);
    expect(await result).toMatchObject({ settled: [{ provider: "google-books" }], late: [] });
  });

  it("is followed by the others when its answer is not", async () => {
    const { asked, answer, result } = scene("import", "google-books");
    await answer("google-books", absent);
    await answer("openlibrary", found(whole));
    expect(asked).toEqual(["google-books", "openlibrary"]);
    expect((await result).settled).toHaveLength(2);
  });
});

describe("records", () => {
  const { description: _text, language: _language, ...answered } = whole;
  const open: ProviderAnswer = {
    kind: "found",
    book: { ...answered, identifiers: { openLibrary: "OL1M" } },
    unanswered: ["description", "language"],
  };
  const ask = async (
    lane: "scan" | "import",
    recorded: Partial<ProviderBook>,
    answer: ProviderAnswer = open,
  ) => {
    const asked: string[] = [];
    const answers = await askProviders(
      { isbn13, lane, account: false },
      {
        providers: [
          {
            id: "openlibrary",
            counts: true,
            lookup: async () => answer,
            record: async ({ edition }) => {
              asked.push(`record ${edition}`);
              return { kind: "found", books: [{ ...answered, ...recorded }] };
            },
          },
          {
            id: "google-books",
            counts: true,
            lookup: async () => {
              asked.push("google-books");
              return found(whole);
            },
          },
        ],
        sleep: () => new Promise(() => {}),
        now: () => 0,
      },
    );
    return { asked, answers };
  };

  it("complete a scan's answer before another provider is queried", async () => {
    const { asked, answers } = await ask("scan", { description: "About it.", language: "en" });
    expect(asked).toEqual(["record OL1M"]);
    expect(answers.settled).toMatchObject([{ answer: { book: { description: "About it." } } }]);
  });

  it("leave it to another provider if they do not complete it", async () => {
    expect((await ask("scan", { language: "en" })).asked).toEqual(["record OL1M", "google-books"]);
  });

  it("are not requested for an import, because its books are completed later", async () => {
    expect((await ask("import", {})).asked).toEqual([]);
  });

  it("are not requested for an answer without missing fields", async () => {
    expect((await ask("scan", {}, found(whole))).asked).toEqual([]);
  });

  it("do not complete a book with the page count of a sample", async () => {
    const sample = found({ ...whole, pageCount: 3 });
    expect((await ask("scan", {}, sample)).asked).toEqual(["google-books"]);
  });
});
