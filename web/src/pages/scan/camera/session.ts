/** A scanning session with a camera: open, pause, torch, close. */
import { signal, type ReadonlySignal } from "@preact/signals";
import { faultOf, type Camera, type CameraFault } from "./camera.ts";
import type { BarcodeReader } from "./barcode-reader.ts";

/**
 * `off`: paused by the user, or the page is not visible. `no-reader`: this browser cannot read
 * barcodes.
 */
export type SessionState = "off" | "starting" | "on" | "no-reader" | CameraFault;

export interface SessionDeps {
  open(deviceId?: string): Promise<Camera>;
  /** Called once, when a camera is open. */
  makeReader(): Promise<BarcodeReader>;
  /** Reads the video until the returned function is called. */
  scan(video: HTMLVideoElement, reader: BarcodeReader, onFailure: () => void): () => void;
}

export interface ScanSession {
  readonly state: ReadonlySignal<SessionState>;
  /** Whether the torch is on; undefined if there is none. */
  readonly torch: ReadonlySignal<boolean | undefined>;
  readonly cameras: ReadonlySignal<readonly Pick<MediaDeviceInfo, "deviceId" | "label">[]>;
  readonly deviceId: ReadonlySignal<string | undefined>;
  /** Opens the camera and shows it in the video. Replaces an open one. */
  start(video: HTMLVideoElement, deviceId?: string): Promise<void>;
  /** Closes the camera, which turns off its indicator light. */
  stop(): void;
  setTorch(isOn: boolean): Promise<void>;
  /** Closes everything. */
  end(): void;
}

export function createScanSession({ open, makeReader, scan }: SessionDeps): ScanSession {
  const state = signal<SessionState>("off");
  const torch = signal<boolean | undefined>(undefined);
  const cameras = signal<readonly MediaDeviceInfo[]>([]);
  const deviceId = signal<string | undefined>(undefined);
  let reader: Promise<BarcodeReader> | undefined;
  let camera: Camera | undefined;
  let stopScan: (() => void) | undefined;
  /** Counts starts and stops, so that results from before the last one are ignored. */
  let turn = 0;

  const close = (next: SessionState): void => {
    turn += 1;
    stopScan?.();
    camera?.close();
    stopScan = undefined;
    camera = undefined;
    torch.value = undefined;
    state.value = next;
  };

  const show = async (video: HTMLVideoElement, opened: Camera): Promise<void> => {
    video.srcObject = opened.stream;
    await video.play();
    cameras.value = await opened.others();
    deviceId.value = opened.deviceId;
    torch.value = opened.hasTorch ? false : undefined;
  };

  const readerOf = async (): Promise<BarcodeReader | undefined> => {
    try {
      reader ??= makeReader();
      return await reader;
    } catch {
      reader = undefined;
      return undefined;
    }
  };

  return {
    state,
    torch,
    cameras,
    deviceId,
    async start(video, wanted = deviceId.peek()) {
      close("starting");
      const mine = turn;
      const isMine = (): boolean => mine === turn;
      try {
        const opened = await open(wanted);
        if (!isMine()) return opened.close();
        camera = opened;
        opened.onEnd(() => {
          if (isMine()) close("lost");
        });
        await show(video, opened);
        const made = await readerOf();
        if (!isMine()) return;
        if (!made) return close("no-reader");
        stopScan = scan(video, made, () => {
          if (isMine()) close("no-reader");
        });
        state.value = "on";
      } catch (error) {
        if (isMine()) close(faultOf(error));
      }
    },
    stop: () => close("off"),
    async setTorch(isOn) {
      await camera?.torch(isOn);
      if (torch.value !== undefined) torch.value = isOn;
    },
    end() {
      close("off");
      void reader?.then((made) => made.close()).catch(() => undefined);
      reader = undefined;
    },
  };
}
