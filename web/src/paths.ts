/**
 * Paths of the app's pages; `:name` matches one segment. The Worker answers a navigation to any other path with status 404.
 */
export const PATHS = [
  "/",
  "/add",
  "/scan",
  "/book/:isbn",
  "/stats",
  "/import",
  "/import/:jobId",
  "/review",
  "/settings",
  "/trash",
  "/pair",
  "/year/:year",
  "/operator",
  "/more",
] as const;

export type AppPath = (typeof PATHS)[number];

/** Whether a path belongs to a page of the app. */
export function isAppPath(path: string): boolean {
  const segments = path.replace(/(?<=.)\/$/, "").split("/");
  return PATHS.some((pattern) => {
    const wanted = pattern.split("/");
    return (
      wanted.length === segments.length &&
      wanted.every((part, index) =>
        part.startsWith(":") ? segments[index] !== "" : part === segments[index],
      )
    );
  });
}
