import { check, sleep } from "k6";
import http from "k6/http";
import { anyOf, BASE_URL, ISBNS, json, STAGES, THRESHOLDS } from "./settings.js";

// Users who look up books, one per second each.
export const options = { stages: STAGES, thresholds: THRESHOLDS };

export default function search() {
  const isbn = anyOf(ISBNS);
  const response = http.get(`${BASE_URL}/v1/search/isbn?isbn=${isbn}`, {
    tags: { name: "searchByIsbn" },
  });
  const book = json(response)?.data?.book;
  check(response, {
    "status is 200": ({ status }) => status === 200,
    "it is the requested book": () => book?.isbn === isbn,
    "it has a title": () => typeof book?.title === "string" && book.title !== "",
    "it names the tier that answered": ({ headers }) =>
      /; state=/.test(headers["X-Cache-Source"] || ""),
  });
  sleep(1);
}
