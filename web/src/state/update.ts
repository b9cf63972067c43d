/**
 * New builds of the app, detected by the service worker or by a chunk that a deployment has
 * removed.
 */
import { signal } from "@preact/signals";

/** Whether a newer build is available, which a reload opens. */
export const updateReady = signal(false);

let waitingWorker: ServiceWorker | undefined;

/**
 * Installs the service worker and watches for newer builds. Without a service worker, for example
 * over plain HTTP, the app works online.
 */
export async function watchUpdates(target: Window): Promise<void> {
  target.addEventListener("vite:preloadError", noteMissingChunk);
  const { serviceWorker } = target.navigator;
  if (serviceWorker === undefined) return;
  try {
    const registration = await serviceWorker.register("/sw.js");
    follow(registration);
    registration.addEventListener("updatefound", () => follow(registration));
  } catch {
    // Private modes reject it; then the app needs a connection.
  }
}

/**
 * Called when a part of the app could not be loaded; with a connection, the reason is a newer
 * build.
 */
export function noteMissingChunk(): void {
  if (navigator.onLine) updateReady.value = true;
}

/** Opens the newer build. */
export function reload(target: Window): void {
  const { serviceWorker } = target.navigator;
  if (waitingWorker === undefined) {
    target.location.reload();
    return;
  }
  serviceWorker.addEventListener("controllerchange", () => target.location.reload(), {
    once: true,
  });
  waitingWorker.postMessage("activate", []);
}

function follow(registration: ServiceWorkerRegistration): void {
  const noteWaiting = (worker: ServiceWorker | null): void => {
    // The first service worker on a device replaces nothing.
    if (worker?.state !== "installed" || navigator.serviceWorker.controller === null) return;
    waitingWorker = worker;
    updateReady.value = true;
  };
  noteWaiting(registration.waiting);
  const { installing } = registration;
  installing?.addEventListener("statechange", () => noteWaiting(installing));
}
