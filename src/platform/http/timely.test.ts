import { describe, expect, it } from "vitest";
import { DomainError } from "../errors.ts";
import { TICK_MS, timely } from "./timely.ts";

/** A timer that fires when the test says so. */
function manualTimer() {
  let next: (() => void) | undefined;
  return {
    setTimer(delayMs: number, fire: () => void) {
      expect(delayMs).toBe(TICK_MS);
      next = fire;
      return () => (next = undefined);
    },
    isSet: () => next !== undefined,
    tick() {
      const fire = next;
      next = undefined;
      fire?.();
    },
  };
}

/** A body whose pieces are sent one by one. */
function sender() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    cancel: () => void (isCancelled = true),
  });
  return {
    body,
    send: (byte: number) => controller?.enqueue(Uint8Array.of(byte)),
    end: () => controller?.close(),
    isCancelled: () => isCancelled,
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("a body", () => {
  it("is passed on unchanged and leaves no timer behind", async () => {
    const { body, send, end } = sender();
    const timer = manualTimer();
    for (const byte of [1, 2, 3]) send(byte);
    end();
    const bytes: number[] = [];
    for await (const piece of timely(body, timer.setTimer)) bytes.push(...piece);
    expect(bytes).toEqual([1, 2, 3]);
    expect(timer.isSet()).toBe(false);
  });

  it("ends with a timeout when nothing arrives for 30 s, and is cancelled", async () => {
    const { body, send, isCancelled } = sender();
    const timer = manualTimer();
    const pieces = timely(body, timer.setTimer);
    send(1);
    await pieces.next();
    const next = pieces.next();
    const failure = next.catch((error: unknown) => error);
    for (let ms = 0; ms <= 30_000; ms += TICK_MS) timer.tick();
    expect(await failure).toMatchObject({
      code: "REQUEST_TIMEOUT",
      message: expect.stringContaining("30 seconds") as string,
    });
    expect(isCancelled()).toBe(true);
    expect(timer.isSet()).toBe(false);
  });

  it("may be slow, but not for more than 15 minutes", async () => {
    const { body, send } = sender();
    const timer = manualTimer();
    let received = 0;
    const reading = (async () => {
      for await (const piece of timely(body, timer.setTimer)) received += piece.length;
    })();
    const failure = reading.catch((error: unknown) => error);
    let ticks = 0;
    for (; ticks < 179; ticks += 1) {
      timer.tick();
      send(1);
      await settled();
    }
    expect(received).toBe(179);
    timer.tick();
    expect(await failure).toBeInstanceOf(DomainError);
    expect(await failure).toMatchObject({
      message: expect.stringContaining("15 minutes") as string,
    });
  });

  it("does not time out while its consumer is working", async () => {
    const { body, send } = sender();
    const timer = manualTimer();
    const pieces = timely(body, timer.setTimer);
    send(1);
    await pieces.next();
    for (let ticks = 0; ticks < 1000; ticks += 1) timer.tick();
    send(2);
    expect((await pieces.next()).value).toEqual(Uint8Array.of(2));
  });

  it("is cancelled when its consumer stops", async () => {
    const { body, send, isCancelled } = sender();
    const timer = manualTimer();
    send(1);
    for await (const _piece of timely(body, timer.setTimer)) break;
    expect(isCancelled()).toBe(true);
    expect(timer.isSet()).toBe(false);
  });
});
