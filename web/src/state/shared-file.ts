/**
 * Takes a file shared by another app from the service worker, which returns it once.
 * @returns undefined if there is none
 */
export async function takeSharedFile(): Promise<File | undefined> {
  const response = await fetch("/shared-file").catch(() => undefined);
  // 204: there is none.
  if (response?.status !== 200) return undefined;
  const name = decodeURIComponent(response.headers.get("X-File-Name") ?? "");
  return new File([await response.blob()], name);
}
