import { Icon } from "../../ui/icon.tsx";
import type { SessionState } from "./camera/session.ts";
import { text as t } from "./text.ts";

const FAULTS = {
  insecure: "insecureText",
  denied: "deniedText",
  missing: "missingText",
  busy: "busyText",
  lost: "lostText",
  failed: "failedText",
} as const;

/** Explains why there is no camera and what to do; the alternatives follow. */
export function CameraFault({ state }: { state: SessionState }) {
  if (state === "on" || state === "off" || state === "starting") return null;
  return (
    <div class="notice notice-warning" role="alert">
      <Icon name="camera" />
      <div class="grow">
        <h2>{t(state === "no-reader" ? "noReader" : state)}</h2>
        <p>{t(state === "no-reader" ? "noReaderText" : FAULTS[state])}</p>
      </div>
    </div>
  );
}
