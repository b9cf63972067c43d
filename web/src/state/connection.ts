import { signal } from "@preact/signals";

/** Whether the device says that it has a network. It may be wrong: a failed request counts more. */
export const online = signal(true);

/** Follows the device's network. Call it once. */
export function watchConnection(target: Window): void {
  const update = (): void => {
    online.value = target.navigator.onLine;
  };
  target.addEventListener("online", update);
  target.addEventListener("offline", update);
  update();
}
