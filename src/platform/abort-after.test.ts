import { expect, it } from "vitest";
import { abortAfter } from "./abort-after.ts";

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });

it("aborts work that takes too long with a TimeoutError", async () => {
  await expect(abortAfter(5, untilAborted)).rejects.toMatchObject({ name: "TimeoutError" });
  await expect(abortAfter(-3.5, untilAborted)).rejects.toMatchObject({ name: "TimeoutError" });
});

it.each(["returns", "throws"])("leaves no timer behind when the work %s", async (end) => {
  const timers = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  const work = abortAfter(60_000, async () => {
    if (end === "throws") throw new Error("refused");
    return "done";
  });
  await work.then(
    (result) => expect(result).toBe("done"),
    (error: unknown) => expect(error).toMatchObject({ message: "refused" }),
  );
  expect(timers()).toBe(before);
});
