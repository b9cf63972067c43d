/** Request headers that a browser on another origin may send. */
export const ALLOWED_HEADERS = [
  "Authorization",
  "Content-Type",
  "Idempotency-Key",
  "If-Match",
  "If-None-Match",
  "Last-Event-ID",
  "X-Client-Version",
  "X-Request-Id",
] as const;

/** Response headers that a browser on another origin may read. */
export const EXPOSED_HEADERS = [
  "Location",
  "Retry-After",
  "RateLimit",
  "RateLimit-Policy",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "Deprecation",
  "Sunset",
  "Link",
  "X-Request-Id",
  "X-Cache-Source",
  "Idempotency-Replayed",
  "ETag",
  "WWW-Authenticate",
] as const;

/** Headers of a response that must not be cached. */
export const UNCACHED = { "Cache-Control": "no-store" } as const;
