import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeTime } from "../../../test/support/fake-time.ts";
import { runs } from "../../../test/support/properties.ts";
import { googleBooks } from "./google-books.ts";
import { openLibrary } from "./open-library.ts";
import { isbn13CheckDigit } from "../domain/isbn/arithmetic.ts";
import type { ProviderAnswer } from "../domain/provider.ts";
import { createDesk } from "../domain/desk/desk.ts";
import type { DeskRecord } from "../domain/desk/gate.ts";

/** The n-th of many valid ISBN-13s. */
function isbn(n: number): string {
  const digits = `978${String(n).padStart(9, "0")}`;
  return digits + isbn13CheckDigit(digits);
}

const CANARY = isbn(999_999);

const json = (body: unknown, status = 200): Response => Response.json(body, { status });
const text = (body: string, status = 200): Response =>
  new Response(body, { status, headers: { "Content-Type": "text/html" } });

const each = (isbns: readonly string[], entry: unknown): Response =>
  json(Object.fromEntries(isbns.map((isbn13) => [`ISBN:${isbn13}`, entry])));
const brokenOff = (error: Error): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"ISBN:978'));
        controller.error(error);
      },
    }),
  );
const timeout = (): Error => new DOMException("too slow", "TimeoutError");
const OTHER = { title: "Another Book", identifiers: { isbn_13: [isbn(888_888)] } };

/** Every kind of outage, as an answer to a question for some ISBNs. */
const OUTAGES: Readonly<
  Record<string, (isbns: readonly string[]) => Response | Promise<Response>>
> = {
  "an empty object": () => json({}),
  "an empty list": () => json([]),
  null: () => json(null),
  "an error with status 200": () => json({ error: "internal" }),
  "an HTML page with status 200": () => text("<html>Down</html>"),
  "an empty body": () => text(""),
  "half of the JSON": () => text('{"ISBN:978'),
  "an HTML page with status 503": () => text("<html>Down</html>", 503),
  "500": () => text("oops", 500),
  "502": () => text("bad gateway", 502),
  "404": () => text("not here", 404),
  "403": () => text("forbidden", 403),
  "401": () => json({ error: "denied" }, 401),
  "429": () => json({ error: "slow down" }, 429),
  "429 with a Retry-After": () =>
    new Response("", { status: 429, headers: { "Retry-After": "20" } }),
  "206 without a book": () => json({}, 206),
  "206 with a part of the JSON": () => text('{"ISBN:978', 206),
  "304": () => new Response(null, { status: 304 }),
  "a redirect": () => text("", 302),
  "a redirect to itself": () =>
    new Response("", { status: 302, headers: { Location: "/api/books" } }),
  "no content": () => new Response(null, { status: 204 }),
  "a text with the type of JSON": () =>
    new Response("OK", { headers: { "Content-Type": "application/json" } }),
  "an error with the type of a text": () => text('{"error":"internal"}'),
  "blank entries": (isbns) => each(isbns, {}),
  "null entries": (isbns) => each(isbns, null),
  "texts in place of entries": (isbns) => each(isbns, "error"),
  "entries without an ISBN": (isbns) => each(isbns, { title: "A Book" }),
  "the entry of another edition for each": (isbns) => each(isbns, OTHER),
  "an entry that was not asked for": () => each([isbn(888_888)], OTHER),
  "a body that breaks off": () => brokenOff(new Error("reset")),
  "a body that is not compressed as its header says": () => brokenOff(new TypeError("gzip")),
  "a body that takes too long": () => brokenOff(timeout()),
  "no answer in time": () => Promise.reject(timeout()),
  "a broken connection": () => Promise.reject(new Error("reset")),
};

/** A desk for Open Library on a fake clock. `has` are the books of the provider; `answer` may replace any answer. */
function world(
  options: {
    has?: ReadonlySet<string>;
    canaries?: readonly string[];
    answer?: (isbns: readonly string[], call: number) => Response | Promise<Response> | undefined;
  } = {},
) {
  const time = new FakeTime();
  const calls: string[][] = [];
  const saved: DeskRecord[] = [];
  const fetch = async (address: string): Promise<Response> => {
    const asked = (new URL(address).searchParams.get("bibkeys") ?? "")
      .split(",")
      .map((key) => key.slice("ISBN:".length));
    calls.push(asked);
    const replaced = options.answer?.(asked, calls.length);
    if (replaced !== undefined) return replaced;
    const found = asked.filter((each) => each === CANARY || options.has?.has(each));
    return json(
      Object.fromEntries(
        found.map((each) => [
          `ISBN:${each}`,
          { title: "A Book", identifiers: { isbn_13: [each] } },
        ]),
      ),
    );
  };
  const desk = createDesk({
    provider: openLibrary({ baseUrl: "https://ol.example", fetch, now: time.now }),
    limits: { perSecond: 3 },
    storage: { load: () => undefined, save: (record) => void saved.push(record) },
    metrics: { count: () => {}, observe: () => {} },
    seedCanaries: async () => options.canaries ?? [],
    now: time.now,
    random: () => 0.5,
    setTimer: time.setTimer,
    report: () => {},
  });
  return {
    calls,
    saved,
    status: () => desk.status(),
    ask: async (isbns: readonly string[], budgetMs = 60_000): Promise<ProviderAnswer[]> => {
      const pending = new Set(isbns);
      const answers = Promise.all(
        isbns.map((each) =>
          desk
            .lookup(each, { lane: "import", budgetMs, account: true })
            .finally(() => pending.delete(each)),
        ),
      );
      while (pending.size > 0) {
        // The answers of `fetch` need turns of the event loop in addition to the clock.
        await new Promise((resolve) => setImmediate(resolve));
        await time.pass(50);
      }
      return answers;
    },
  };
}

const kindOf = (answer: ProviderAnswer): string =>
  answer.kind === "absent" && answer.unproven ? "absent for now" : answer.kind;

describe("an outage", () => {
  const batch = fc
    .integer({ min: 1, max: 30 })
    .map((size) => Array.from({ length: size }, (_, index) => isbn(index)));

  it("of any kind, in a batch or alone, is never an absence while a canary is known", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(OUTAGES)), batch, async (kind, isbns) => {
        const { ask } = world({ canaries: [CANARY], answer: (asked) => OUTAGES[kind]?.(asked) });
        expect((await ask(isbns)).map(({ kind }) => kind)).toEqual(isbns.map(() => "failed"));
      }),
      { numRuns: runs(80) },
    );
  });

  it("before a canary is known counts as an absence only for a single ISBN, and only provisionally", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(OUTAGES)), batch, async (kind, isbns) => {
        const { ask, calls } = world({ answer: (asked) => OUTAGES[kind]?.(asked) });
        const kinds = new Set((await ask(isbns)).map(kindOf));
        expect(kinds.has("absent")).toBe(false);
        const isAbsentForNow = kinds.has("absent for now");
        const isNoBook = [
          "an empty object",
          "206 without a book",
          "blank entries",
          "entries without an ISBN",
          "the entry of another edition for each",
        ].includes(kind);
        const isEmptyToOne = isNoBook && calls.some(({ length }) => length === 1);
        expect(isAbsentForNow && !isEmptyToOne).toBe(false);
      }),
      { numRuns: runs(60) },
    );
  });

  it("that is intermittent leaves every book found or unanswered", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("works", ...Object.keys(OUTAGES)), {
          minLength: 1,
          maxLength: 12,
        }),
        batch,
        async (plan, isbns) => {
          const { ask } = world({
            has: new Set(isbns),
            canaries: [CANARY],
            answer: (asked, call) => OUTAGES[plan[(call - 1) % plan.length] ?? ""]?.(asked),
          });
          const kinds = new Set((await ask(isbns)).map(kindOf));
          expect([...kinds].filter((kind) => kind !== "found" && kind !== "failed")).toEqual([]);
        },
      ),
      { numRuns: runs(30) },
    );
  });
});

it.each(Object.keys(OUTAGES))("of Google Books, %s is no absence", async (kind) => {
  const google = googleBooks({
    baseUrl: "https://google.example",
    country: "US",
    fetch: async () => (await OUTAGES[kind]?.([isbn(1)])) ?? json({}),
  });
  const answers = await google.lookup([isbn(1)], { timeoutMs: 1_000 });
  expect(answers.get(isbn(1))?.kind).toBe("failed");
});

describe("a record that breaks every response that contains it", () => {
  const isbns = Array.from({ length: 24 }, (_, index) => isbn(index));
  const has = new Set(isbns);

  it.each(["an empty object", "an HTML page with status 200", "500"])(
    "(%s) is isolated by halves, and the others are found",
    async (kind) => {
      const { ask, calls, status } = world({
        has,
        canaries: [CANARY],
        answer: (asked) => (asked.includes(isbn(7)) ? OUTAGES[kind]?.(asked) : undefined),
      });
      const answers = await ask(isbns);
      expect(answers.map(({ kind }) => kind)).toEqual(
        isbns.map((_, index) => (index === 7 ? "failed" : "found")),
      );
      expect(calls.length).toBeLessThan(14);
      expect(status().breaker).toBe("closed");
    },
  );

  it("is isolated even before a canary is known", async () => {
    const { ask } = world({
      has,
      answer: (asked) => (asked.includes(isbn(0)) ? json({}) : undefined),
    });
    const answers = await ask(isbns);
    expect(answers.slice(1).map(({ kind }) => kind)).toEqual(isbns.slice(1).map(() => "found"));
    expect(answers[0]?.kind).toBe("failed");
  });
});

describe("canaries", () => {
  it("are in every call, are books that were found, and are stored", async () => {
    const { ask, calls, saved } = world({ has: new Set([isbn(1)]) });
    expect((await ask([isbn(1)])).map(kindOf)).toEqual(["found"]);
    expect((await ask([isbn(2), isbn(3)])).map(kindOf)).toEqual(["absent", "absent"]);
    expect(calls).toEqual([[isbn(1)], [isbn(2), isbn(3), isbn(1)]]);
    expect(saved.at(-1)?.canaries).toEqual([isbn(1)]);
  });

  it("make a call have at most 25 ISBNs, including the canary", async () => {
    const { ask, calls } = world({ canaries: [CANARY] });
    await ask(Array.from({ length: 60 }, (_, index) => isbn(index)));
    expect(Math.max(...calls.map(({ length }) => length))).toBe(25);
  });

  it("that the provider has deleted are replaced by others", async () => {
    const gone = isbn(500);
    const { ask, calls } = world({ has: new Set([isbn(1)]), canaries: [gone, CANARY] });
    expect((await ask([isbn(1), isbn(2)])).map(kindOf)).toEqual(["found", "absent"]);
    expect(calls[0]).toContain(gone);
    expect(calls.at(-1)).not.toContain(gone);
  });

  it("requested alone show whether the provider works when a single ISBN has no proof", async () => {
    const { ask, status, calls } = world({
      canaries: [CANARY, isbn(500)],
      has: new Set([isbn(500)]),
      answer: (asked) => (asked.includes(isbn(7)) ? json({}) : undefined),
    });
    for (let round = 0; round < 6; round += 1) await ask([isbn(7)]);
    expect(status().breaker).toBe("closed");
    expect(calls.some((asked) => !asked.includes(isbn(7)))).toBe(true);
  });

  it("leave an outage to the circuit breaker after a few calls", async () => {
    const { ask, calls } = world({ canaries: [CANARY], answer: () => json({}) });
    await ask(
      Array.from({ length: 24 }, (_, index) => isbn(index)),
      1_900,
    );
    expect(calls.length).toBeLessThan(12);
  });
});

describe("a provider that refuses this service", () => {
  it.each([403, 401])("with %d is called only after growing pauses", async (code) => {
    const { ask, calls, status } = world({ answer: () => text("no", code) });
    const [answer] = await ask([isbn(1)]);
    expect(answer).toMatchObject({ reason: "access_denied", status: code });
    expect(await ask([isbn(2)], 5_000)).toMatchObject([{ reason: "access_denied" }]);
    expect(calls).toHaveLength(1);
    expect(status()).toMatchObject({ denied: { status: code }, breaker: "closed" });
  });
});
