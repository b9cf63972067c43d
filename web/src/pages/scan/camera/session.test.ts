import { describe, expect, it, vi } from "vitest";
import { CameraError, type Camera } from "./camera.ts";
import { createScanSession, type SessionDeps } from "./session.ts";

function camera(hasTorch = false) {
  const ends: (() => void)[] = [];
  const made = {
    stream: {} as MediaStream,
    deviceId: "back",
    hasTorch,
    torch: vi.fn<(isOn: boolean) => Promise<void>>(() => Promise.resolve()),
    others: () => Promise.resolve([{ deviceId: "back", label: "Back" }] as MediaDeviceInfo[]),
    onEnd: (listener: () => void) => void ends.push(listener),
    close: vi.fn<() => void>(),
  } satisfies Camera;
  return { made, end: () => ends.forEach((listener) => listener()) };
}

const VIDEO = { play: () => Promise.resolve(), srcObject: null } as unknown as HTMLVideoElement;

function session(open: SessionDeps["open"], more: Partial<SessionDeps> = {}) {
  const reader = { read: () => Promise.resolve([]), close: vi.fn<() => void>() };
  const stopScan = vi.fn<() => void>();
  const makeReader = vi.fn<SessionDeps["makeReader"]>(() => Promise.resolve(reader));
  const scan = vi.fn<SessionDeps["scan"]>(() => stopScan);
  const made = createScanSession({ open, makeReader, scan, ...more });
  return { ...made, reader, stopScan, makeReader, scan };
}

describe("a scanning session", () => {
  it("opens the camera and reads it, pauses and starts again with one reader", async () => {
    const { made } = camera(true);
    const open = vi.fn<SessionDeps["open"]>(() => Promise.resolve(made));
    const { state, start, stop, end, torch, setTorch, cameras, ...rest } = session(open);
    await start(VIDEO);
    expect([state.value, torch.value, cameras.value.length]).toEqual(["on", false, 1]);
    await setTorch(true);
    expect([torch.value, made.torch.mock.calls]).toEqual([true, [[true]]]);
    stop();
    expect([state.value, torch.value]).toEqual(["off", undefined]);
    expect([made.close.mock.calls.length, rest.stopScan.mock.calls.length]).toEqual([1, 1]);
    await start(VIDEO);
    expect(open.mock.calls).toEqual([[undefined], ["back"]]);
    end();
    await vi.waitUntil(() => rest.reader.close.mock.calls.length === 1);
    expect(rest.makeReader).toHaveBeenCalledOnce();
  });

  it("closes a camera that opens after the user has left", async () => {
    const { made } = camera();
    let opened: (camera: Camera) => void = () => undefined;
    const { start, stop, state, scan } = session(() => new Promise((done) => (opened = done)));
    const starting = start(VIDEO);
    stop();
    opened(made);
    await starting;
    expect([made.close.mock.calls.length, state.value]).toEqual([1, "off"]);
    expect(scan).not.toHaveBeenCalled();
  });

  it("reports why there is no camera, and that one was lost", async () => {
    const denied = session(() => Promise.reject(new CameraError("denied")));
    await denied.start(VIDEO);
    expect(denied.state.value).toBe("denied");
    const { made, end } = camera();
    const lost = session(() => Promise.resolve(made));
    await lost.start(VIDEO);
    end();
    expect(lost.state.value).toBe("lost");
  });

  it("reports that the browser cannot read barcodes, and retries on request", async () => {
    const { made } = camera();
    const reader = { read: () => Promise.resolve([]), close: () => undefined };
    const makeReader = vi
      .fn<SessionDeps["makeReader"]>()
      .mockRejectedValueOnce(new Error("no wasm"))
      .mockResolvedValue(reader);
    const scan = vi.fn<SessionDeps["scan"]>(() => () => undefined);
    const { start, state } = session(() => Promise.resolve(made), { makeReader, scan });
    await start(VIDEO);
    expect(state.value).toBe("no-reader");
    await start(VIDEO);
    expect(state.value).toBe("on");
    scan.mock.calls[0]?.[2]();
    expect(state.value).toBe("no-reader");
  });
});
