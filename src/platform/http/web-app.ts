import type { Context } from "hono";
import { isAppPath } from "../../../web/src/paths.ts";
import type { App } from "./context.ts";

/** API paths; there are no pages under them. */
const API_PATHS = /^\/(v1|api|admin|ws)(\/|$)/;
/**
 * On Cloudflare the assets answer such a path before the Worker runs; locally the Worker passes it
 * on.
 */
const FILE = /\.[a-z0-9]+$/;

/** The files of the web app. */
export interface WebFiles {
  fetch(request: Request): Promise<Response>;
}

/**
 * Serves the web app for paths that are no route: an asset, or the page for a navigation (200, or
 * 404 if the app has no such path). Undefined for any other request, which gets a problem.
 */
export async function webApp(
  c: Context<App>,
  files: () => WebFiles,
): Promise<Response | undefined> {
  const { method, path } = c.req;
  if ((method !== "GET" && method !== "HEAD") || API_PATHS.test(path)) return undefined;
  if (FILE.test(path)) {
    const file = await fileOf(c, files(), path);
    if (file.status !== 404) return file;
  }
  if (path === "/") return fileOf(c, files(), "/");
  if (!c.req.header("Accept")?.includes("text/html")) return undefined;
  if (isAppPath(path)) return fileOf(c, files(), "/");
  const page = await files().fetch(new Request(new URL("/", c.req.url), { method }));
  return new Response(page.body, { status: 404, headers: page.headers });
}

/**
 * Fetches an asset, with mutable headers. If-None-Match is passed on, so that a known entity tag
 * gives 304.
 */
export async function fileOf(c: Context<App>, files: WebFiles, path: string): Promise<Response> {
  const { method, headers, url } = c.req.raw;
  const known = headers.get("If-None-Match");
  const request = new Request(new URL(path, url), {
    method,
    headers: known === null ? {} : { "If-None-Match": known },
  });
  const response = await files.fetch(request);
  const copy = new Response(response.body, response);
  // A 304 has no content.
  if (copy.status === 304) copy.headers.delete("Content-Type");
  return copy;
}
