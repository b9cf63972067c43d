import { check, sleep } from "k6";
import http from "k6/http";
import { anyOf, BASE_URL, ISBNS, json, STAGES, THRESHOLDS } from "./settings.js";

// Readers who scan: every second post is the same once more, as when the answer was lost on its way.
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
    "it is the book that was scanned": (response) => json(response)?.isbn === barcode,
  });
  check(again, {
    "the repeat is answered with the first answer": ({ headers, body }) =>
      headers["Idempotency-Replayed"] === "true" && body === first.body,
  });
  sleep(1);
}
