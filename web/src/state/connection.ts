import { signal } from "@preact/signals";

/**
 * Whether the service can be reached, according to the device. It may be wrong; a failed request is
 * more reliable.
 */
export const online = signal(true);

/** Follows the state of the device's network. Call it once. */
export function watchConnection(target: Window): void {
  const update = (): void => {
    online.value = target.navigator.onLine;
    // A device without a network can still reach a service running on it.
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
