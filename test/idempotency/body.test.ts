import { beforeEach, describe, expect, it } from "vitest";
import { DomainError } from "../../src/platform/errors.ts";
import type { Answer } from "../../src/idempotency/domain/answer.ts";
import { hashed, hashOf } from "../../src/idempotency/domain/running-hash.ts";
import { runningSha256 } from "../../src/platform/crypto.ts";
import { idempotentWorld, write, writes, type Isolate } from "../support/idempotent-world.ts";
import { waitUntil } from "../support/wait.ts";

const LEASE = 15_000;

let world: ReturnType<typeof idempotentWorld>;
let stored: string[];
beforeEach(async () => {
  world = idempotentWorld();
  stored = [];
  await world.empty();
});

/** A file in chunks, as a body arrives. A `break` marks where the connection fails. */
async function* piecesOf(file: string): AsyncGenerator<Uint8Array> {
  for (const piece of file.match(/.{1,4}/gs) ?? []) {
    if (piece.includes("!")) throw new Error("connection lost");
    yield new TextEncoder().encode(piece);
  }
}

/** An upload as a route handles it: the file is stored and hashed as it arrives; a repeat is only read. */
function upload(
  file: string,
  fields: object = {},
): { isolate: Isolate; run: () => Promise<string>; isRead: () => boolean } {
  let isRead = false;
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    yield* piecesOf(file);
    isRead = true;
  };
  const isolate = world.isolate({
    fields,
    readBodyFields: () => hashOf(bytes(), runningSha256()),
  });
  const run = async (): Promise<string> => {
    const outcome = await isolate.do(async (guard): Promise<Answer> => {
      const hash = runningSha256();
      let text = "";
      for await (const piece of hashed(bytes(), hash)) text += new TextDecoder().decode(piece);
      await guard.addBodyFields(await hash.hex());
      if (text.includes("?")) throw new DomainError("BARCODE_NEEDS_ADDON", "refused permanently");
      stored.push(text);
      return write()(guard);
    });
    return outcome.kind;
  };
  return { isolate, run, isRead: () => isRead };
}
const send = (file: string, fields?: object): Promise<string> => upload(file, fields).run();

describe("a file sent with a key", () => {
  it("is stored once, and its answer is replayed for the same bytes", async () => {
    expect([await send("title,isbn"), await send("title,isbn")]).toEqual(["done", "replayed"]);
    expect([stored, await writes()]).toEqual([["title,isbn"], 1]);
  });

  it.each([
    ["other bytes", "title,isbN", {}],
    ["fewer bytes", "title", {}],
    ["no bytes", "", {}],
    ["the same bytes with other options", "title,isbn", { dryRun: true }],
  ])("is rejected with %s, and nothing is stored", async (_what, file, fields) => {
    await send("title,isbn");
    await expect(send(file, fields)).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    expect([stored, await writes()]).toEqual([["title,isbn"], 1]);
    expect(await send("title,isbn")).toBe("replayed");
  });

  it("may be sent again, even with other bytes, if it did not arrive completely", async () => {
    await expect(send("titl!e")).rejects.toThrow("connection lost");
    expect(await send("another file")).toBe("done");
    expect(stored).toEqual(["another file"]);
  });

  it("stores a permanent failure for the same bytes", async () => {
    await expect(send("what?")).rejects.toMatchObject({ code: "BARCODE_NEEDS_ADDON" });
    expect(await send("what?")).toBe("replayed");
    await expect(send("why?")).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
  });

  it("gets the answer that the first one is still running at its end, regardless of its bytes", async () => {
    const first = world.isolate({ fields: {}, readBodyFields: async () => "" });
    void first.do(() => new Promise(() => undefined));
    await waitUntil(() => first.timers() === 1);
    const repeat = upload("other");
    await expect(repeat.run()).rejects.toMatchObject({ code: "IDEMPOTENCY_IN_PROGRESS" });
    expect([repeat.isRead(), stored]).toEqual([true, []]);
    world.wait(LEASE);
    const next = upload("title,isbn");
    expect([await next.run(), next.isolate.events]).toEqual(["done", ["taken_over"]]);
  });

  it("is never answered before all bytes are read", async () => {
    const careless = world.isolate({ fields: {}, readBodyFields: async () => "" });
    await expect(careless.do(write())).rejects.toThrow("addBodyFields");
    expect(await writes()).toBeNull();
  });
});

describe("runningSha256", () => {
  it("equals the hash of all bytes", async () => {
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const abcd = "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589";
    const files = ["", "abc", "abcd"];
    const hashes = files.map((file) => hashOf(piecesOf(file), runningSha256()));
    expect(await Promise.all(hashes)).toEqual([empty, abc, abcd]);
  });
});
