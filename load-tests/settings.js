// Shared by the scripts. Run them against a service with rate limits off (RATE_LIMITS; see load-tests/README.md):
//   k6 run -e BASE_URL=http://localhost:8787 load-tests/search-performance.js

export const BASE_URL = __ENV.BASE_URL || "http://localhost:8787";

/** Ramps up to 50 users in half a minute, on to 100 in a minute, then down to none. */
export const STAGES = [
  { duration: "30s", target: 50 },
  { duration: "1m", target: 100 },
  { duration: "30s", target: 0 },
];

/** Thresholds, including the share of passed checks. A run that exceeds one exits with an error. */
export const THRESHOLDS = {
  http_req_duration: ["p(95)<500"],
  http_req_failed: ["rate<0.001"],
  checks: ["rate>0.999"],
};

/** Books that both the stand-in and Open Library have. */
export const ISBNS = (__ENV.ISBNS || "9780140328721,9780441172719,9780261102217").split(",");

export function anyOf(list) {
  return list[Math.floor(Math.random() * list.length)];
}

/** The JSON of a response; undefined if it is not JSON, so that a check fails instead of the script. */
export function json(response) {
  try {
    return response.json();
  } catch {
    return undefined;
  }
}
