import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { turnTaker, TURNS_NAME } from "../../src/imports/turns.ts";
import { platformOf } from "../../src/platform/isolate.ts";
import { bearer } from "../support/accounts.ts";
import { memoryLog } from "../support/fakes.ts";
import { call } from "../support/http.ts";
import { ended } from "../support/imports.ts";
import { newReader } from "../support/library.ts";
import { testPlatform } from "../support/platform.ts";
import { accepted, listOf, sendFile } from "../support/uploads.ts";

const turns = () => env.IMPORT_TURNS.getByName(TURNS_NAME);
/** Once the object answers this call, it has received all earlier ones. */
const received = (): Promise<void> => turns().end("no turn");

afterEach(() => {
  vi.restoreAllMocks();
});

describe("turns of imports", () => {
  it("are granted to one import at a time, with accounts in rotation", async () => {
    const take = turnTaker(testPlatform());
    const first = await take("ann");
    const given: string[] = [];
    const later = ["ann", "ann", "ben"].map(async (account) => {
      const turn = await take(account);
      given.push(account);
      turn.end();
    });
    await received();
    expect(given).toEqual([]);
    first.end();
    await Promise.all(later);
    expect(given).toEqual(["ann", "ben", "ann"]);
  });

  it("do not block work when the object restarts: it continues with small steps", async () => {
    const log = memoryLog();
    await turnTaker(testPlatform())("ann");
    const waiting = turnTaker(testPlatform({ log }))("ben");
    await received();
    await runInDurableObject(turns(), (_object, state) => state.abort("restart")).catch(
      () => undefined,
    );
    const turn = await waiting;
    expect(turn.pace).toBe("gentle");
    turn.end();
    expect(log.lines).toMatchObject([{ event: "import_turns_failed" }]);
    (await turnTaker(testPlatform())("ben")).end();
  });

  it("become small while users are served, and every row is shelved", async () => {
    vi.spyOn(platformOf(env).activity, "isServing").mockReturnValue(true);
    const [reader, other] = await Promise.all([newReader(), newReader()]);
    const shelf = async (): Promise<number> => {
      const path = `/v1/library/${reader.userId}?limit=1`;
      const page = await call(path, { headers: bearer(reader.token) });
      return (await page.json<{ data: { total: number } }>()).data.total;
    };
    expect(await shelf()).toBe(0);
    const take = turnTaker(testPlatform());
    const turn = await take(other.userId);
    expect(turn.pace).toBe("gentle");
    turn.end();
    const { jobId } = await accepted(await sendFile(reader, listOf(120)));
    const job = await ended(jobId, ({ outcomes }) => outcomes.created === 120);
    // Three steps and the beginning.
    expect(job.seq).toBeGreaterThan(3);
    expect(await shelf()).toBe(120);
  });
});
