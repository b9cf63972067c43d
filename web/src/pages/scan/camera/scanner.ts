/** Reads a running video continuously, one frame at a time. */
import { createViewGate } from "../logic/view-gate.ts";
import type { BarcodeReader } from "./barcode-reader.ts";

/** Pause between reads, which saves power; a code is still read several times a second. */
const PAUSE_MS = 80;
/** Number of consecutive failures after which the reader counts as unusable. */
const MAX_FAILURES = 5;

export interface ScannerDeps {
  readonly video: HTMLVideoElement;
  readonly reader: BarcodeReader;
  /** A barcode came into view. */
  onScan(text: string): void;
  /** The reader does not work. */
  onFailure(error: unknown): void;
  now?: () => number;
  pause?: (ms: number) => Promise<void>;
}

/** @returns a function that stops reading */
export function startScanner({
  video,
  reader,
  onScan,
  onFailure,
  now = () => performance.now(),
  pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: ScannerDeps): () => void {
  const gate = createViewGate();
  const state = { isStopped: false };
  let failures = 0;

  const readFrame = async (): Promise<void> => {
    try {
      const texts = await reader.read(video);
      failures = 0;
      if (!state.isStopped) for (const text of gate.see(texts, now())) onScan(text);
    } catch (error) {
      // Single frames may fail while a camera starts.
      failures += 1;
      if (failures < MAX_FAILURES || state.isStopped) return;
      state.isStopped = true;
      onFailure(error);
    }
  };
  const run = async (): Promise<void> => {
    while (!state.isStopped) {
      if (video.videoWidth > 0 && !video.paused) await readFrame();
      await pause(PAUSE_MS);
    }
  };

  void run();
  return () => {
    state.isStopped = true;
  };
}
