import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { chosenFile } from "../state/running-import.ts";
import { Icon } from "./icon.tsx";
import { uiText as t } from "./text.ts";

const IMPORT = "/import";

/** Opens the import page for files dropped anywhere on the app. */
export function FileDrop() {
  const { route, path } = useLocation();
  const isOver = useSignal(false);
  useLayoutEffect(() => {
    // Every entered element fires its own event.
    let depth = 0;
    const show = (change: number): void => {
      depth = Math.max(0, depth + change);
      isOver.value = depth > 0;
    };
    const on = (name: string, handle: (event: DragEvent) => void): (() => void) => {
      const listener = (event: Event): void => {
        if (event instanceof DragEvent && hasFiles(event)) handle(event);
      };
      addEventListener(name, listener);
      return () => removeEventListener(name, listener);
    };
    const off = [
      on("dragenter", () => show(1)),
      on("dragleave", () => show(-1)),
      on("dragover", (event) => event.preventDefault()),
      on("drop", (event) => {
        // Otherwise the browser would open the file in place of the app.
        event.preventDefault();
        depth = 0;
        isOver.value = false;
        const file = event.dataTransfer?.files[0];
        if (!file) return;
        chosenFile.value = file;
        if (path !== IMPORT) route(IMPORT);
      }),
    ];
    return () => off.forEach((end) => end());
  }, [path]);
  if (!isOver.value) return null;
  return (
    <div class="file-drop" aria-hidden="true">
      <p class="row">
        <Icon name="upload" />
        {t("drop")}
      </p>
    </div>
  );
}

const hasFiles = ({ dataTransfer }: DragEvent): boolean =>
  dataTransfer?.types.includes("Files") ?? false;
