import { check, sleep } from "k6";
import http from "k6/http";
import { anyOf, BASE_URL, ISBNS, json, STAGES, THRESHOLDS } from "./settings.js";

// Users who scan: every second request repeats the first, as if the response had been lost.
export const options = { stages: STAGES, thresholds: THRESHOLDS };

export default function enrich() {
  const barcode = anyOf(ISBNS);
  const key = `load-${__VU}-${__ITER}`;
  const post = () =>
    http.post(`${BASE_URL}/api/v2/books/enrich`, JSON.stringify({ barcode }), {
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      tags: { name: "enrichBook" },
    });
  const first = post();
  const again = post();
  check(first, {
    "status is 200": ({ status }) => status === 200,
    "it is the scanned book": (response) => json(response)?.isbn === barcode,
  });
  check(again, {
    "the repeat returns the first response": ({ headers, body }) =>
      headers["Idempotency-Replayed"] === "true" && body === first.body,
  });
  sleep(1);
}
