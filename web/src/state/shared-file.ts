/** A file that another app shared: the service worker keeps it until the import page takes it. */

/** Name of the cache, and of the one file in it. */
export const SHARED_FILE = "/shared-file";
/** Header with the percent-encoded name of the file. */
export const SHARED_NAME = "X-File-Name";

/** Takes the file out of the cache. @returns undefined if there is none */
export async function takeSharedFile(): Promise<File | undefined> {
  const cache = await caches.open(SHARED_FILE);
  const kept = await cache.match(SHARED_FILE);
  if (!kept) return undefined;
  await cache.delete(SHARED_FILE);
  return new File([await kept.blob()], decodeURIComponent(kept.headers.get(SHARED_NAME) ?? ""));
}
