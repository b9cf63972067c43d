import { describe, expect, it } from "vitest";
import { AccessError, NotFoundError, InvalidRequestError } from "../../../client/src/index.ts";
import { createReviewOutbox, heldOf, UNDO_MS, type Held } from "./review-outbox.ts";

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const answer = (status: number, code: string) => ({
  code,
  status,
  message: code,
  retryable: false,
  requestId: undefined,
  retryAfterMs: undefined,
  details: {},
});

function outboxOf(send: (held: Held) => Promise<void> = () => Promise.resolve()) {
  const sent: Held[] = [];
  let now = 0;
  let end: (() => void) | undefined;
  let stored: unknown;
  const options = {
    send: async (held: Held) => {
      await send(held);
      sent.push(held);
    },
    onSent: () => undefined,
    read: () => stored,
    write: (held: readonly Held[]) => {
      stored = JSON.parse(JSON.stringify(held));
    },
    now: () => now,
    pause: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        end = () => {
          now += ms;
          resolve();
        };
        signal?.addEventListener("abort", () => reject(new Error("awake")), { once: true });
      }),
  };
  return {
    outbox: createReviewOutbox(options),
    again: () => createReviewOutbox(options),
    sent,
    stored: () => stored,
    endPause: async () => {
      end?.();
      await settled();
    },
  };
}

const row = (id: string) => ({ id, name: `row ${id}` });

describe("decisions about waiting rows", () => {
  it("are sent in order once they can no longer be undone", async () => {
    const { outbox, sent, endPause } = outboxOf();
    outbox.decide(row("a"), { kind: "keep" });
    outbox.decide(row("b"), { kind: "choose", isbn: "9780441172719", title: "Dune" });
    await settled();
    expect(sent).toEqual([]);
    await endPause();
    expect(sent.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(outbox.held.value).toEqual([]);
    expect(outbox.undo()).toBeUndefined();
  });

  it("are undone one by one, the last first, and not sent", async () => {
    const { outbox, sent, endPause, stored } = outboxOf();
    for (const id of ["a", "b", "c"]) outbox.decide(row(id), { kind: "dismiss" });
    expect([outbox.undo()?.id, outbox.undo()?.id]).toEqual(["c", "b"]);
    expect(heldOf(stored()).map(({ id }) => id)).toEqual(["a"]);
    await endPause();
    expect(sent.map(({ id }) => id)).toEqual(["a"]);
  });

  it("are sent immediately when the user leaves, or else by the next visit", async () => {
    const { outbox, again, sent } = outboxOf();
    outbox.decide(row("a"), { kind: "keep" });
    const next = again();
    expect(next.held.value.map(({ id }) => id)).toEqual(["a"]);
    await next.flush();
    await outbox.flush();
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it("are shown again with the reason when refused, and are dropped when another device was first", async () => {
    const { outbox, sent } = outboxOf((held) => {
      if (held.id === "a") throw new InvalidRequestError(answer(409, "LIMIT_REACHED"));
      if (held.id === "b") throw new NotFoundError(answer(404, "NOT_FOUND"));
      return Promise.resolve();
    });
    for (const id of ["a", "b", "c"]) outbox.decide(row(id), { kind: "keep" });
    await outbox.flush();
    expect([...outbox.refused.value.keys()]).toEqual(["a"]);
    expect(sent.map(({ id }) => id)).toEqual(["c"]);
    outbox.decide(row("a"), { kind: "dismiss" });
    expect(outbox.refused.value.size).toBe(0);
  });

  it("are kept while the user is signed out", async () => {
    let isSignedIn = false;
    const { outbox, sent } = outboxOf(() => {
      if (!isSignedIn) throw new AccessError(answer(401, "UNAUTHORIZED"));
      return Promise.resolve();
    });
    outbox.decide(row("a"), { kind: "keep" });
    await outbox.flush();
    expect([sent.length, outbox.held.value.length]).toEqual([0, 1]);
    isSignedIn = true;
    await outbox.flush();
    expect([sent.length, outbox.held.value.length]).toEqual([1, 0]);
  });
});

it("reads no decisions from damaged data", () => {
  const good = { id: "a", name: "a", key: "k", at: UNDO_MS, decision: { kind: "keep" } };
  expect(
    heldOf([good, { ...good, decision: { kind: "choose" } }, { ...good, at: "x" }, null]),
  ).toEqual([good]);
  expect(heldOf({})).toEqual([]);
});
