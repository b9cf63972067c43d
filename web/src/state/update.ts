/** New builds of the app: found by the service worker, or by a chunk that a deployment has removed. */
import { signal } from "@preact/signals";

/** Whether a newer build is there, which a reload opens. */
export const updateReady = signal(false);

let waitingWorker: ServiceWorker | undefined;

/** Installs the service worker and watches for newer builds. Without one, over plain HTTP for example, the app works online. */
export async function watchUpdates(target: Window): Promise<void> {
  target.addEventListener("vite:preloadError", noteMissingChunk);
  const { serviceWorker } = target.navigator;
  if (serviceWorker === undefined) return;
  try {
    const registration = await serviceWorker.register("/sw.js");
    follow(registration);
    registration.addEventListener("updatefound", () => follow(registration));
  } catch {
    // Private modes refuse it: there is no app without a connection then.
  }
}

/** A part of the app could not be loaded: with a connection, because a newer build has replaced it. */
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
    // The first worker of a device replaces nothing.
    if (worker?.state !== "installed" || navigator.serviceWorker.controller === null) return;
    waitingWorker = worker;
    updateReady.value = true;
  };
  noteWaiting(registration.waiting);
  const { installing } = registration;
  installing?.addEventListener("statechange", () => noteWaiting(installing));
}
