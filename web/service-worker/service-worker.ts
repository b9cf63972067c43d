/**
 * Makes the app work without a connection. The worker caches exactly the files of its build,
 * answers navigations with the page and hashed files from that cache, accepts shares from other
 * apps, and leaves everything else, in particular the API, to the network.
 */
import {
  isKeptOnUse,
  isNavigation,
  isShare,
  precacheOf,
  sharedText,
  type BuiltFile,
} from "./precache.ts";

declare const self: ServiceWorkerGlobalScope;
/** Replaced by the build: every file of the app with a hash of its content. */
declare const __BUILT_FILES__: readonly BuiltFile[];

const PAGE = "/";
const PREFIX = "bookstrack-";
/** Path from which the import page takes a shared file; also the name of its cache. */
const SHARED_FILE = "/shared-file";
const { name, urls } = precacheOf(PREFIX, __BUILT_FILES__);

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers().then(() => self.clients.claim()));
});

// The page requests this after the user has agreed to reload.
self.addEventListener("message", (event) => {
  if (event.data === "activate") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (isShare(request.method, pathname)) event.respondWith(shared(request));
  if (request.method !== "GET") return;
  if (isNavigation(request.mode, pathname)) event.respondWith(page(request));
  else if (pathname === SHARED_FILE) event.respondWith(takeShared());
  else if (urls.includes(pathname)) event.respondWith(kept(pathname, request));
  else if (isKeptOnUse(pathname)) event.respondWith(keptOnUse(pathname, request));
});

async function fill(): Promise<void> {
  const cache = await caches.open(name);
  // Hashed files may come from the HTTP cache; the others must be from this build.
  await cache.addAll(
    urls.map(
      (url) => new Request(url, { cache: url.startsWith("/assets/") ? "default" : "reload" }),
    ),
  );
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((other) => other.startsWith(PREFIX) && other !== name);
  await Promise.all(old.map((other) => caches.delete(other)));
}

/**
 * Answers with this build's page from the cache. Its chunks are cached too, so that page and chunks
 * always match.
 */
async function page(request: Request): Promise<Response> {
  return kept(PAGE, request);
}

/** Caches large files on first use. Their names change with their content. */
async function keptOnUse(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(name);
  const found = await cache.match(path, { ignoreVary: true });
  if (found) return found;
  const response = await fetch(request);
  // If the device is full, the next use fetches it again.
  if (response.ok) await cache.put(path, response.clone()).catch(() => undefined);
  return response;
}

/** Opens the page for a share: the import for a file, or the box for words and URLs. */
async function shared(request: Request): Promise<Response> {
  const form = await request.formData();
  const file = form.get("file");
  if (!(file instanceof File) || file.size === 0) {
    return Response.redirect(`/add?shared=${encodeURIComponent(sharedText(form))}`, 303);
  }
  const cache = await caches.open(SHARED_FILE);
  const kept = new Response(file, {
    headers: { "X-File-Name": encodeURIComponent(file.name) },
  });
  // If the device is full, the page shows a notice.
  await cache.put(SHARED_FILE, kept).catch(() => undefined);
  return Response.redirect("/import?shared", 303);
}

/** Returns the shared file once. */
async function takeShared(): Promise<Response> {
  const cache = await caches.open(SHARED_FILE);
  const found = await cache.match(SHARED_FILE);
  await cache.delete(SHARED_FILE);
  return found ?? new Response(null, { status: 204 });
}

async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(name);
  // A response that varies by Origin would not match a request without one.
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}
