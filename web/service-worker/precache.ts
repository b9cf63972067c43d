/** A file of the build. */
export interface BuiltFile {
  /** Absolute path on the service. */
  readonly url: string;
  /** Hash of the content, unless the name has one. */
  readonly revision?: string | undefined;
}

/** Paths that the Worker answers, even when a browser navigates to them. */
const SERVICE_PATHS = /^\/(v1|api|admin|ws|docs|health|metrics|openapi\.json|reference)(\/|$)/;

/**
 * The cache of one build. Its name changes with any file, so that a new build never mixes with an
 * old one.
 */
export function precacheOf(
  prefix: string,
  files: readonly BuiltFile[],
): { name: string; urls: string[] } {
  const text = files.map(({ url, revision }) => `${url} ${revision ?? ""}`).join("\n");
  return { name: `${prefix}${fnv1a(text)}`, urls: files.map(({ url }) => url) };
}

/** Whether a request opens a page of the app. */
export const isNavigation = (mode: string, pathname: string): boolean =>
  mode === "navigate" && !SERVICE_PATHS.test(pathname);

/** Whether a request is a share from another app, as declared in the manifest. */
export const isShare = (method: string, pathname: string): boolean =>
  method === "POST" && pathname === "/share";

/** The shared words and URLs without duplicates, because many apps repeat the title in the text. */
export function sharedText(form: FormData): string {
  const texts = ["title", "text", "url"].flatMap((name) => {
    const text = form.get(name);
    return typeof text === "string" && text !== "" ? [text] : [];
  });
  return [...new Set(texts)].join("\n");
}

/**
 * Whether a file is cached on first use instead of at installation: the barcode reader is larger
 * than the rest of the app.
 */
export const isKeptOnUse = (pathname: string): boolean => /^\/assets\/.+\.wasm$/.test(pathname);

/** 32-bit FNV-1a, as eight hex digits. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}
