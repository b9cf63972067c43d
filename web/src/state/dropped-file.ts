/** A file that was dropped anywhere on the app, for the page that imports it. */
import { signal } from "@preact/signals";

export const droppedFile = signal<File | undefined>(undefined);

/** Whether a file is being dragged over the app. */
export const isDraggingFile = signal(false);

/** Takes files that are dropped on the app, in place of the browser, which would leave the app to show them. Call it once. */
export function watchDrops(target: Window, onFile: () => void): () => void {
  const hasFile = (event: DragEvent): boolean =>
    event.dataTransfer?.types.includes("Files") ?? false;
  const over = (event: DragEvent): void => {
    if (!hasFile(event)) return;
    event.preventDefault();
    isDraggingFile.value = true;
  };
  const leave = (event: DragEvent): void => {
    // Only the window itself has no next element.
    if (event.relatedTarget === null) isDraggingFile.value = false;
  };
  const drop = (event: DragEvent): void => {
    isDraggingFile.value = false;
    // A field of a page may have taken it.
    if (!hasFile(event) || event.defaultPrevented) return;
    event.preventDefault();
    droppedFile.value = event.dataTransfer?.files[0];
    if (droppedFile.value) onFile();
  };
  target.addEventListener("dragover", over);
  target.addEventListener("dragleave", leave);
  target.addEventListener("drop", drop);
  return () => {
    target.removeEventListener("dragover", over);
    target.removeEventListener("dragleave", leave);
    target.removeEventListener("drop", drop);
  };
}
