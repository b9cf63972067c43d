import { describe, expect, it, vi } from "vitest";
import { CameraError, faultOf, openCamera, type CameraHost } from "./camera.ts";

interface Track {
  capabilities?: Record<string, unknown>;
  refuses?: boolean;
}

function host({ capabilities, refuses = false }: Track = {}) {
  const asked: unknown[] = [];
  const applied: unknown[] = [];
  const stop = vi.fn<() => void>();
  const track = {
    stop,
    getSettings: () => ({ deviceId: "back" }),
    addEventListener: () => undefined,
    applyConstraints: (what: unknown) => {
      applied.push(what);
      return refuses ? Promise.reject(new Error("no")) : Promise.resolve();
    },
    ...(capabilities ? { getCapabilities: () => capabilities } : {}),
  };
  const devices = {
    getUserMedia: (constraints: unknown) => {
      asked.push(constraints);
      return Promise.resolve({ getVideoTracks: () => [track], getTracks: () => [track] });
    },
    enumerateDevices: () =>
      Promise.resolve([
        { kind: "audioinput", deviceId: "mic" },
        { kind: "videoinput", deviceId: "back" },
      ]),
  };
  const given = { isSecureContext: true, navigator: { mediaDevices: devices } };
  return { given: given as unknown as CameraHost, asked, applied, stop };
}

describe("the camera", () => {
  it("faces away from the user, and focuses if it can", async () => {
    const { given, asked, applied, stop } = host({
      capabilities: { focusMode: ["manual", "continuous"], torch: true },
    });
    const camera = await openCamera(given);
    expect(asked).toMatchObject([
      { audio: false, video: { facingMode: { ideal: "environment" } } },
    ]);
    expect(applied).toEqual([{ advanced: [{ focusMode: "continuous" }] }]);
    expect([camera.hasTorch, camera.deviceId]).toEqual([true, "back"]);
    await camera.torch(true);
    expect(applied.at(-1)).toEqual({ advanced: [{ torch: true }] });
    expect((await camera.others()).map(({ deviceId }) => deviceId)).toEqual(["back"]);
    camera.close();
    expect(stop).toHaveBeenCalledOnce();
  });

  it("is the chosen one, and works if its capabilities are unknown or refused", async () => {
    const plain = host();
    expect((await openCamera(plain.given, "front")).hasTorch).toBe(false);
    expect(plain.asked).toMatchObject([{ video: { deviceId: "front" } }]);
    const broken = host({ capabilities: { torch: true }, refuses: true });
    await expect((await openCamera(broken.given)).torch(true)).resolves.toBeUndefined();
  });

  it("is unavailable over plain HTTP", async () => {
    const { given } = host();
    await expect(openCamera({ ...given, isSecureContext: false })).rejects.toMatchObject({
      fault: "insecure",
    });
    await expect(openCamera({ isSecureContext: true, navigator: {} })).rejects.toMatchObject({
      fault: "insecure",
    });
  });

  it.each([
    ["NotAllowedError", "denied"],
    ["SecurityError", "denied"],
    ["NotFoundError", "missing"],
    ["OverconstrainedError", "missing"],
    ["NotReadableError", "busy"],
    ["TypeError", "failed"],
  ])("%s means %s", async (name, fault) => {
    const error = Object.assign(new Error(name), { name });
    expect(faultOf(error)).toBe(fault);
    const devices = { getUserMedia: () => Promise.reject(error) };
    const given = { isSecureContext: true, navigator: { mediaDevices: devices } };
    await expect(openCamera(given as unknown as CameraHost)).rejects.toMatchObject({ fault });
    expect(faultOf(new CameraError("lost"))).toBe("lost");
  });
});
