import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bearer, newAccount } from "../support/accounts.ts";
import { enrich, forgetKeys, gist } from "../support/enrich.ts";
import { call } from "../support/http.ts";
import { ADMIN } from "../support/migration.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { waitFor } from "../support/wait.ts";

const DAY = 86_400_000;
const SIMULTANEOUS = 50;

let openLibrary: ReturnType<typeof openLibraryInPlace>;

beforeEach(async () => {
  openLibrary = openLibraryInPlace();
  openLibrary.say("9780441172719", { title: "Dune" });
  openLibrary.say("9780547928227", { title: "The Hobbit" });
  await forgetKeys();
  await restDesks();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const keyed = (key: string): Record<string, string> => ({ "Idempotency-Key": key });
const replayed = (response: Response): string | null =>
  response.headers.get("Idempotency-Replayed");
const rows = async (): Promise<{ answer: string | null }[]> =>
  (await env.DB.prepare("SELECT answer FROM IdempotencyKeys").all<{ answer: string | null }>())
    .results;

/** Moves the clock of everything that runs in this isolate. */
function moveClock(ms: number): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() + ms);
}

describe("a request with an idempotency key", () => {
  it("gets the first answer again, whatever has happened since", async () => {
    const first = await enrich("9780441172719", keyed("scan-1"));
    expect(replayed(first)).toBeNull();
    const body = await first.text();
    await env.DB.prepare("UPDATE Books SET title = 'Dune Messiah'").run();
    const again = await enrich("9780441172719", keyed("scan-1"));
    expect([again.status, replayed(again), await again.text()]).toEqual([200, "true", body]);
    expect(again.headers.get("X-Cache-Source")).toBe(first.headers.get("X-Cache-Source"));
    expect(again.headers.get("X-Request-Id")).not.toBe(first.headers.get("X-Request-Id"));
  });

  it("is the same request with every way to send the key", async () => {
    await enrich("9780441172719", keyed("scan-1"));
    const same = [
      enrich("9780441172719", keyed('"scan-1"')),
      enrich({ barcode: "9780441172719", idempotency_key: "scan-1" }),
      enrich({ barcode: "9780441172719", idempotencyKey: "scan-1" }, keyed("scan-1")),
      enrich({ refresh: false, barcode: "9780441172719", unknown: 1 }, keyed("scan-1")),
    ];
    for (const response of await Promise.all(same)) expect(replayed(response)).toBe("true");
  });

  it.each([
    ["two different ones", { barcode: "9780441172719", idempotency_key: "a" }, "b"],
    [
      "two different ones in the body",
      { barcode: "9780441172719", idempotency_key: "a", idempotencyKey: "b" },
      "a",
    ],
    ["an empty key", { barcode: "9780441172719" }, '""'],
    ["a key that is too long", { barcode: "9780441172719" }, "k".repeat(256)],
    ["an unclosed quote", { barcode: "9780441172719" }, '"abc'],
    ["two headers", { barcode: "9780441172719" }, "a, b"],
  ])("is rejected with %s", async (_what, body, key) => {
    expect(await gist(await enrich(body, keyed(key)))).toEqual([400, "INVALID_REQUEST"]);
    expect(await rows()).toEqual([]);
  });

  it("accepts the longest key", async () => {
    for (const key of ["k".repeat(255), `"${"\\\\".repeat(255)}"`]) {
      expect((await enrich("9780441172719", keyed(key))).status).toBe(200);
    }
  });

  it("is rejected with another body", async () => {
    await enrich("9780441172719", keyed("scan-1"));
    const others = [{ barcode: "9780547928227" }, { barcode: "9780441172719", refresh: true }];
    for (const other of others) {
      const refusal = await gist(await enrich(other, keyed("scan-1")));
      expect(refusal).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    }
    expect(replayed(await enrich("9780441172719", keyed("scan-1")))).toBe("true");
  });

  it("is a different request for another caller", async () => {
    const [one, other] = [await newAccount(), await newAccount()];
    await enrich("9780441172719", keyed("scan-1"));
    await enrich("9780441172719", { ...keyed("scan-1"), ...bearer(one.token) });
    for (const headers of [bearer(other.token), { "CF-Connecting-IP": "192.0.2.7" }]) {
      const response = await enrich("9780547928227", { ...keyed("scan-1"), ...headers });
      expect([...(await gist(response)), replayed(response)]).toEqual([200, "The Hobbit", null]);
    }
  });

  it("is executed once when sent many times concurrently", async () => {
    openLibrary.say("9780765316899", { title: "Asked for once" });
    const responses = await Promise.all(
      Array.from({ length: SIMULTANEOUS }, () => enrich("9780765316899", keyed("scan-1"))),
    );
    const running = responses.filter(({ status }) => status === 409);
    const answered = responses.filter(({ status }) => status === 200);
    expect(running.length + answered.length).toBe(SIMULTANEOUS);
    expect(answered.filter((response) => replayed(response) === null)).toHaveLength(1);
    expect(new Set(await Promise.all(answered.map((response) => response.text()))).size).toBe(1);
    for (const response of running) {
      expect(Number(response.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
      expect(await gist(response)).toEqual([409, "IDEMPOTENCY_IN_PROGRESS"]);
    }
    expect(openLibrary.calls).toHaveLength(1);
  });

  it("is taken over when its owner has died, and not before", async () => {
    await enrich("9780441172719", keyed("scan-1"));
    await env.DB.prepare("UPDATE IdempotencyKeys SET answer = NULL, owner = 'dead'").run();
    expect((await enrich("9780441172719", keyed("scan-1"))).status).toBe(409);
    moveClock(15_000);
    const other = await enrich("9780547928227", keyed("scan-1"));
    expect(await gist(other)).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    const next = await enrich("9780441172719", keyed("scan-1"));
    expect([next.status, replayed(next)]).toEqual([200, null]);
    expect(replayed(await enrich("9780441172719", keyed("scan-1")))).toBe("true");
  });

  it("is a new request after a day, even with another body", async () => {
    await enrich("9780441172719", keyed("scan-1"));
    moveClock(DAY);
    const next = await enrich("9780547928227", keyed("scan-1"));
    expect([...(await gist(next)), replayed(next)]).toEqual([200, "The Hobbit", null]);
  });

  it("replays a permanent failure with the id of each request", async () => {
    const first = await enrich("4006381333931", keyed("scan-1"));
    const again = await enrich("4006381333931", keyed("scan-1"));
    expect([first.status, again.status, replayed(again)]).toEqual([422, 422, "true"]);
    const [one, other] = await Promise.all([first, again].map((response) => response.json()));
    expect(other).toEqual({ ...(one as object), requestId: again.headers.get("X-Request-Id") });
  });

  it.each([
    ["9780441172710", 400],
    ["9780306406157", 404],
    ["9780062315007", 503],
  ])("stores nothing for %s, which is answered with %i", async (barcode, status) => {
    openLibrary.say("9780062315007", "500");
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const response = await enrich(barcode, keyed("scan-1"));
      expect([response.status, replayed(response)]).toEqual([status, null]);
    }
    expect(await rows()).toEqual([]);
    expect((await enrich("9780441172719", keyed("scan-1"))).status).toBe(200);
  });

  it("does not store the caller's address", async () => {
    await enrich("9780441172719", { ...keyed("scan-1"), "CF-Connecting-IP": "192.0.2.99" });
    const { results } = await env.DB.prepare("SELECT * FROM IdempotencyKeys").all();
    expect(results).toHaveLength(1);
    expect(JSON.stringify(results)).not.toMatch(/192\.0\.2\.99|scan-1/);
  });
});

describe("while D1 is unavailable", () => {
  const breakD1 = () =>
    vi.spyOn(env.DB, "batch").mockRejectedValue(new Error("D1_ERROR: network connection lost"));

  it("rejects a new key and answers requests without one", async () => {
    await enrich("9780441172719");
    breakD1();
    expect(await gist(await enrich("9780441172719", keyed("scan-1")))).toEqual([
      503,
      "DATABASE_UNAVAILABLE",
    ]);
    expect((await enrich("9780441172719")).status).toBe(200);
  });

  it("replays a copy in KV, only for the same request", async () => {
    await enrich("9780441172719", keyed("scan-1"));
    await waitFor(async () => {
      expect((await env.IDEMPOTENCY_CACHE.list()).keys).toHaveLength(1);
    });
    breakD1();
    expect(replayed(await enrich("9780441172719", keyed("scan-1")))).toBe("true");
    const other = await enrich("9780547928227", keyed("scan-1"));
    expect(await gist(other)).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  });
});

it("outcomes of keys and of flags are counted", async () => {
  await enrich("9780441172719", keyed("counted"));
  await enrich("9780441172719", keyed("counted"));
  await enrich("9780547928227", keyed("counted"));
  const text = await (await call("/metrics")).text();
  for (const event of ["carried_out", "replayed", "reused"]) {
    expect(text).toMatch(
      new RegExp(`^bookstrack_idempotency_keys_total\\{event="${event}"\\} [1-9]`, "m"),
    );
  }
  expect(text).toMatch(
    /^bookstrack_flag_evaluations_total\{flag="enable_d1_reads",state="on"\} [1-9]/m,
  );
});

it("the operator's request for a run is executed once per key", async () => {
  const start = () =>
    call("/admin/migrate-kv-to-d1?dryRun=true", {
      method: "POST",
      headers: { ...ADMIN, ...keyed("run-1") },
    });
  const [first, again] = [await start(), await start()];
  expect([first.status, again.status, replayed(again)]).toEqual([202, 202, "true"]);
  expect(await again.text()).toBe(await first.text());
});
