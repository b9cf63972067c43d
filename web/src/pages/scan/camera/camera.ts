/** The camera of the device, and why there is none. */

/**
 * - `insecure`: the page was opened over plain HTTP, where browsers give no camera.
 * - `denied`: the user or a policy refused.
 * - `missing`: the device has none.
 * - `busy`: another program has it.
 * - `lost`: it was there, and has ended.
 */
export type CameraFault = "insecure" | "denied" | "missing" | "busy" | "lost" | "failed";

/** The part of a window that cameras need. */
export interface CameraHost {
  readonly isSecureContext: boolean;
  readonly navigator: {
    readonly mediaDevices?: Pick<MediaDevices, "getUserMedia" | "enumerateDevices">;
  };
}

export interface Camera {
  readonly stream: MediaStream;
  readonly deviceId: string | undefined;
  /** Whether the camera has a torch. */
  readonly hasTorch: boolean;
  torch(isOn: boolean): Promise<void>;
  /** All cameras; their names are known once one is open. */
  others(): Promise<readonly MediaDeviceInfo[]>;
  onEnd(listener: () => void): void;
  close(): void;
}

/** Extensions of Media Capture that the types lack. */
interface Capabilities extends MediaTrackCapabilities {
  torch?: boolean;
  focusMode?: readonly string[];
}

/** Sufficient for the thin bars of an EAN-13 that fills half of the width. */
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };

/**
 * Opens the rear camera, or the chosen one.
 * @throws CameraError
 */
export async function openCamera(host: CameraHost, deviceId?: string): Promise<Camera> {
  const devices = host.navigator.mediaDevices;
  if (!host.isSecureContext || devices === undefined) throw new CameraError("insecure");
  const stream = await open(devices, deviceId);
  const [track] = stream.getVideoTracks();
  if (!track) throw new CameraError("missing");
  // Safari and Firefox do not support this for every camera.
  const can = (track.getCapabilities?.() ?? {}) as Capabilities;
  if (can.focusMode?.includes("continuous")) await constrain(track, { focusMode: "continuous" });
  return {
    stream,
    deviceId: track.getSettings().deviceId,
    hasTorch: can.torch === true,
    torch: (isOn) => constrain(track, { torch: isOn }),
    others: async () =>
      (await devices.enumerateDevices()).filter(({ kind }) => kind === "videoinput"),
    onEnd: (listener) => track.addEventListener("ended", listener),
    close() {
      for (const each of stream.getTracks()) each.stop();
    },
  };
}

export class CameraError extends Error {
  override readonly name = "CameraError";
  readonly fault: CameraFault;

  constructor(fault: CameraFault, options?: ErrorOptions) {
    super(`No camera: ${fault}`, options);
    this.fault = fault;
  }
}

/** @param error the rejection of `getUserMedia` */
export function faultOf(error: unknown): CameraFault {
  if (error instanceof CameraError) return error.fault;
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "failed";
}

async function open(
  devices: Pick<MediaDevices, "getUserMedia">,
  deviceId: string | undefined,
): Promise<MediaStream> {
  const which = deviceId === undefined ? { facingMode: { ideal: "environment" } } : { deviceId };
  try {
    return await devices.getUserMedia({ video: { ...SIZE, ...which }, audio: false });
  } catch (error) {
    throw new CameraError(faultOf(error), { cause: error });
  }
}

/** Applies a constraint if the camera supports it. */
async function constrain(track: MediaStreamTrack, what: Record<string, unknown>): Promise<void> {
  try {
    await track.applyConstraints({ advanced: [what] });
  } catch {
    // The driver reports an unsupported capability.
  }
}
