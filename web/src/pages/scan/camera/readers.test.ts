import { describe, expect, it, vi } from "vitest";
import { nativeReader, type DetectorClass } from "./native-reader.ts";
import type { BarcodeReader, Picture } from "./barcode-reader.ts";
import { startScanner } from "./scanner.ts";
import { wasmReader, type ReadRequest, type ReadWorker } from "./wasm-reader.ts";

const PICTURE = {} as Picture;
const DUNE = "9780441172719";
const UPC = "0076714003958";

/** A browser reader that detects these codes. */
function detector(seen: readonly string[], supported: () => Promise<readonly string[]>) {
  const given: unknown[] = [];
  const made = class {
    static getSupportedFormats = supported;
    constructor(options: unknown) {
      given.push(options);
    }
    detect = () => Promise.resolve(seen.map((rawValue) => ({ rawValue })));
  };
  return { Detector: made as unknown as DetectorClass, given };
}

const reads = (...texts: string[]): BarcodeReader => ({
  read: () => Promise.resolve(texts),
  close: vi.fn<() => void>(),
});
const unused = (): BarcodeReader => {
  throw new Error("not needed");
};

describe("the browser's reader", () => {
  it("reads the formats that it supports", async () => {
    const { Detector, given } = detector([DUNE], () =>
      Promise.resolve(["qr_code", "ean_13", "upc_a"]),
    );
    const reader = await nativeReader(Detector, unused);
    expect(await reader?.read(PICTURE)).toEqual([DUNE]);
    expect(given).toEqual([{ formats: ["ean_13", "upc_a"] }]);
    reader?.close();
  });

  it("gets help with the add-on of a UPC", async () => {
    const { Detector } = detector([UPC], () => Promise.resolve(["ean_13", "upc_a"]));
    const more = reads(`${UPC} 48667`);
    const reader = await nativeReader(Detector, () => more);
    expect(await reader?.read(PICTURE)).toEqual([`${UPC} 48667`]);
    reader?.close();
    expect(more.close).toHaveBeenCalledOnce();
    const broken = { read: () => Promise.reject(new Error("gone")), close: () => undefined };
    expect(await (await nativeReader(Detector, () => broken))?.read(PICTURE)).toEqual([UPC]);
  });

  it("is not used if it is missing, does not read EAN-13, or does not work", async () => {
    expect(await nativeReader(undefined, unused)).toBeUndefined();
    const qrOnly = detector([], () => Promise.resolve(["qr_code"]));
    expect(await nativeReader(qrOnly.Detector, unused)).toBeUndefined();
    const broken = detector([], () => Promise.reject(new Error("no service")));
    expect(await nativeReader(broken.Detector, unused)).toBeUndefined();
  });
});

describe("the reader in a worker", () => {
  function worker() {
    const listeners = new Map<string, (event: unknown) => void>();
    const sent: ReadRequest[] = [];
    const made = {
      postMessage: (request: ReadRequest) => void sent.push(request),
      addEventListener: (type: string, listener: (event: unknown) => void) =>
        void listeners.set(type, listener),
      terminate: vi.fn<() => void>(),
    };
    return { made: made as unknown as ReadWorker, sent, emit: listeners };
  }
  const image = () => Promise.resolve({} as ImageBitmap);

  it("matches each read with its result", async () => {
    const { made, sent, emit } = worker();
    const reader = wasmReader(made, image);
    const both = [reader.read(PICTURE), reader.read(PICTURE)];
    await vi.waitUntil(() => sent.length === 2);
    emit.get("message")?.({ data: { id: 2, texts: ["two"] } });
    emit.get("message")?.({ data: { id: 1, error: "blurred" } });
    await expect(both[0]).rejects.toThrow("blurred");
    await expect(both[1]).resolves.toEqual(["two"]);
    reader.close();
    expect(made.terminate).toHaveBeenCalledOnce();
  });

  it("fails when the worker has ended", async () => {
    const { made, sent, emit } = worker();
    const read = wasmReader(made, image).read(PICTURE);
    await vi.waitUntil(() => sent.length === 1);
    emit.get("error")?.({});
    await expect(read).rejects.toThrow("stopped");
  });
});

describe("the scanner", () => {
  const video = { videoWidth: 1280, paused: false } as HTMLVideoElement;
  const pause = () => new Promise<void>((resolve) => void setTimeout(resolve, 0));

  it("reports a code that stays in view once, until it is stopped", async () => {
    const onScan = vi.fn<(text: string) => void>();
    const read = vi.fn<() => Promise<string[]>>(() => Promise.resolve([DUNE]));
    const stop = startScanner({
      video,
      reader: { read, close: () => undefined },
      onScan,
      onFailure: unused,
      pause,
    });
    await vi.waitUntil(() => read.mock.calls.length > 20);
    stop();
    const calls = read.mock.calls.length;
    await pause();
    await pause();
    expect(read.mock.calls.length).toBeLessThanOrEqual(calls + 1);
    expect(onScan.mock.calls).toEqual([[DUNE]]);
  });

  it("survives frames that fail, and reports a reader that never works", async () => {
    const onScan = vi.fn<(text: string) => void>();
    let turn = 0;
    const flaky = (): Promise<string[]> => {
      turn += 1;
      return turn % 3 === 0 ? Promise.resolve([DUNE]) : Promise.reject(new Error("no frame"));
    };
    const stop = startScanner({
      video,
      reader: { read: flaky, close: () => undefined },
      onScan,
      onFailure: unused,
      pause,
    });
    await vi.waitUntil(() => onScan.mock.calls.length === 1);
    stop();
    const onFailure = vi.fn<(error: unknown) => void>();
    const error = new Error("never");
    const broken = { read: () => Promise.reject(error), close: () => undefined };
    startScanner({ video, reader: broken, onScan, onFailure, pause });
    await vi.waitUntil(() => onFailure.mock.calls.length > 0);
    expect(onFailure.mock.calls).toEqual([[error]]);
  });

  it("waits for a video that has no frame yet, or is paused", async () => {
    const read = vi.fn<() => Promise<string[]>>(() => Promise.resolve([]));
    const still = { videoWidth: 0, paused: false };
    const stop = startScanner({
      video: still as HTMLVideoElement,
      reader: { read, close: () => undefined },
      onScan: unused,
      onFailure: unused,
      pause,
    });
    await pause();
    await pause();
    expect(read).not.toHaveBeenCalled();
    still.videoWidth = 640;
    await vi.waitUntil(() => read.mock.calls.length > 0);
    stop();
  });
});
