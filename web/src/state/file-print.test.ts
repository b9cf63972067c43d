import fc from "fast-check";
import { expect, it } from "vitest";
import { printOf, sentFilesOf, withSent } from "./file-print.ts";

it("distinguishes files by a single byte, and recognises a copy", async () => {
  const base = new Uint8Array(100_000).fill(65);
  const changed = base.slice();
  changed[99_999] = 66;
  const print = await printOf(new Blob([base]));
  expect(await printOf(new Blob([base.slice()]))).toBe(print);
  expect(await printOf(new Blob([changed]))).not.toBe(print);
  expect(await printOf(new Blob([]))).not.toBe(await printOf(new Blob(["\0"])));
});

it("does not depend on how the file is split into chunks", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(200), async (bytes, at) => {
      const whole = new Blob([new Uint8Array(bytes)]);
      const pieces = new Blob([
        new Uint8Array(bytes.slice(0, at)),
        new Uint8Array(bytes.slice(at)),
      ]);
      expect(await printOf(pieces)).toBe(await printOf(whole));
    }),
  );
});

it("keeps the latest thirty sent files, and ignores damaged data", () => {
  const sent = (jobId: string) => ({ print: "p", jobId, name: `${jobId}.csv` });
  let files = sentFilesOf(undefined);
  for (let index = 0; index < 40; index += 1) files = withSent(files, sent(String(index)));
  files = withSent(files, sent("20"));
  expect([files.length, files[0]?.jobId, files[1]?.jobId]).toEqual([30, "20", "39"]);
  expect(sentFilesOf([null, 3, { print: "p" }, sent("a")])).toEqual([sent("a")]);
  expect(sentFilesOf("x")).toEqual([]);
});
