import { useEffect, useLayoutEffect } from "preact/hooks";
import { preferences } from "../../state/preferences.ts";
import { PageTitle } from "../../ui/page-title.tsx";
import { CameraFault } from "./camera-fault.tsx";
import { CameraView } from "./camera-view.tsx";
import { ChoicesForm } from "./choices-form.tsx";
import { HitList } from "./hit-list.tsx";
import { canUndo } from "./logic/hits.ts";
import { resumeWhenOnline, strip } from "./strip.ts";
import { text as t } from "./text.ts";
import { WithoutCamera } from "./without-camera.tsx";
import "./scan.css";

/** `/scan`: scans one book after another with the camera, without a tap. */
export default function ScanPage() {
  useEffect(resumeWhenOnline, []);
  useLayoutEffect(() => {
    addEventListener("keydown", undoByKey);
    return () => removeEventListener("keydown", undoByKey);
  }, []);
  return (
    <>
      <div class="page-head">
        <PageTitle>{t("title")}</PageTitle>
      </div>
      <div class="scan">
        <ChoicesForm />
        <CameraView>{(state) => <CameraFault state={state} />}</CameraView>
        <HitList />
        <WithoutCamera />
      </div>
    </>
  );
}

/** `z` undoes the last scan, unless the user is typing. */
function undoByKey(event: KeyboardEvent): void {
  const isTyping =
    event.target instanceof HTMLElement &&
    event.target.matches("input:not([type=checkbox]), select, textarea");
  const isCommand = event.key === "z" && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!isCommand || isTyping || !preferences.value.letterKeys) return;
  const last = strip.hits.value.find(canUndo);
  if (last) void strip.undo(last.id);
}
