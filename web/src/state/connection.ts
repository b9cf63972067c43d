import { signal } from "@preact/signals";

/** Whether the service can be reached, as far as the device knows. It may be wrong: a failed request counts more. */
export const online = signal(true);

/** Follows the device's network. Call it once. */
export function watchConnection(target: Window): void {
  const update = (): void => {
    online.value = target.navigator.onLine;
    // A device without a network reaches a service of its own.
    if (!online.value) {
      void fetch("/health").then(
        () => (online.value = true),
        () => {},
      );
    }
  };
  target.addEventListener("online", update);
  target.addEventListener("offline", update);
  update();
}
