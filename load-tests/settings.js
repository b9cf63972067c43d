// What the scripts share. Run against a service whose limits are off (RATE_LIMITS, docs in load-tests/README.md):
//   k6 run -e BASE_URL=http://localhost:8787 load-tests/search-performance.js

export const BASE_URL = __ENV.BASE_URL || "http://localhost:8787";

/** The plan's stages: 50 readers within half a minute, 100 for a minute, then fewer and fewer. */
export const STAGES = [
  { duration: "30s", target: 50 },
  { duration: "1m", target: 100 },
  { duration: "30s", target: 0 },
];

/** The plan's thresholds, and every check: a run that breaks one exits with an error. */
export const THRESHOLDS = {
  http_req_duration: ["p(95)<500"],
  http_req_failed: ["rate<0.001"],
  checks: ["rate>0.999"],
};

/** Books that the stand-in, and Open Library, know. */
export const ISBNS = (__ENV.ISBNS || "9780140328721,9780441172719,9780261102217").split(",");

export function anyOf(list) {
  return list[Math.floor(Math.random() * list.length)];
}

/** The JSON of an answer; undefined when it is none, so that a check fails and not the script. */
export function json(response) {
  try {
    return response.json();
  } catch {
    return undefined;
  }
}
