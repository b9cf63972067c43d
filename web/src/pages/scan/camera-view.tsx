import type { ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/fields.tsx";
import { openCamera } from "./camera/camera.ts";
import { cameraReader } from "./camera/reader.ts";
import { startScanner } from "./camera/scanner.ts";
import { createScanSession, type ScanSession, type SessionState } from "./camera/session.ts";
import { strip } from "./strip.ts";
import { text as t } from "./text.ts";

/** Shows the camera image and scans it while the page is visible. */
export function CameraView({ children }: { children: (state: SessionState) => ComponentChildren }) {
  const video = useRef<HTMLVideoElement>(null);
  const session = useMemo(newSession, []);
  const isPaused = useSignal(false);
  const start = (deviceId?: string): void => {
    isPaused.value = false;
    if (video.current) void session.start(video.current, deviceId);
  };
  const pause = (): void => {
    isPaused.value = true;
    session.stop();
  };
  useEffect(() => {
    const follow = (): void => {
      if (document.hidden) session.stop();
      else if (!isPaused.peek()) start();
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      session.end();
    };
  }, []);
  const state = session.state.value;
  const isOn = state === "on";
  return (
    <div class="scan-camera">
      <div class="scan-frame" hidden={!isOn && state !== "starting" && state !== "off"}>
        <video ref={video} muted playsInline aria-label={t("cameraPicture")} hidden={!isOn} />
        {isOn && <span class="scan-aim" aria-hidden="true" />}
        {state === "starting" && <p role="status">{t("starting")}</p>}
        {state === "off" && <p role="status">{t("off")}</p>}
      </div>
      {isOn && <p class="quiet">{t("aim")}</p>}
      {children(state)}
      <div class="row">
        {isOn || state === "starting" ? (
          <Button icon="pause" onClick={pause}>
            {t("pause")}
          </Button>
        ) : (
          state !== "insecure" && (
            <Button look="primary" icon="camera" onClick={() => start()}>
              {t("start")}
            </Button>
          )
        )}
        <Torch session={session} />
      </div>
      {isOn && <Cameras session={session} onChoose={start} />}
    </div>
  );
}

function Torch({ session }: { session: ScanSession }) {
  const isOn = session.torch.value;
  if (isOn === undefined) return null;
  return (
    <Button aria-pressed={isOn} icon="flashlight" onClick={() => void session.setTorch(!isOn)}>
      {t("torch")}
    </Button>
  );
}

/** Phones have several cameras, not all of which can focus at close range. */
function Cameras({
  session,
  onChoose,
}: {
  session: ScanSession;
  onChoose: (deviceId: string) => void;
}) {
  const cameras = session.cameras.value;
  if (cameras.length < 2) return null;
  return (
    <SelectField
      label={t("camera")}
      value={session.deviceId.value ?? ""}
      options={cameras.map(({ deviceId, label }, index) => [
        deviceId,
        label === "" ? t("cameraNumber", { number: index + 1 }) : label,
      ])}
      onChange={onChoose}
    />
  );
}

const newSession = (): ScanSession =>
  createScanSession({
    open: (deviceId) => openCamera(window, deviceId),
    makeReader: cameraReader,
    scan: (video, reader, onFailure) =>
      startScanner({ video, reader, onScan: (text) => void strip.take(text), onFailure }),
  });
