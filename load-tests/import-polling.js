import { check, sleep } from "k6";
import http from "k6/http";
import { Trend } from "k6/metrics";
import { goodreadsExport } from "./goodreads-export.js";
import { BASE_URL, json, THRESHOLDS } from "./settings.js";

const ROWS = Number(__ENV.ROWS || 200);
const LONGEST_POLLS = 60;

/** Time from the upload to the end of the import, in seconds. */
const importTime = new Trend("import_seconds");

// New users with an existing library: each creates an account, uploads a file, and polls at the requested interval.
export const options = {
  scenarios: {
    movers: {
      executor: "ramping-vus",
      stages: [
        { duration: "30s", target: 10 },
        { duration: "30s", target: 0 },
      ],
    },
  },
  thresholds: { ...THRESHOLDS, import_seconds: ["p(95)<30"] },
};

export default function move() {
  const account = json(
    http.post(`${BASE_URL}/api/v2/users`, null, { tags: { name: "createUser" } }),
  );
  const headers = { Authorization: `Bearer ${account?.token}` };
  const startedAt = Date.now();
  const accepted = http.post(
    `${BASE_URL}/api/v2/imports`,
    {
      file: http.file(goodreadsExport(ROWS, `${__VU} ${__ITER}`), "library.csv", "text/csv"),
      options: "{}",
    },
    {
      headers: { ...headers, "Idempotency-Key": `load-${__VU}-${__ITER}` },
      tags: { name: "createImport" },
    },
  );
  check(accepted, {
    "the file is accepted": ({ status }) => status === 202,
    "every row is counted": (response) => json(response)?.totalRows === ROWS,
  });
  const job = json(accepted);
  if (!job) return;
  let snapshot;
  for (let poll = 0; poll < LONGEST_POLLS && snapshot?.status !== "completed"; poll += 1) {
    const polled = http.get(`${BASE_URL}${job.statusUrl.replace(BASE_URL, "")}`, {
      headers,
      tags: { name: "getImport" },
    });
    snapshot = json(polled);
    if (snapshot?.status === "completed") break;
    sleep(Number(polled.headers["Retry-After"] || 1));
  }
  importTime.add((Date.now() - startedAt) / 1000);
  check(snapshot, {
    "the import ends": (last) => last?.status === "completed",
    "no rows are lost": (last) =>
      Object.values(last?.outcomes ?? {}).reduce((sum, count) => sum + count, 0) === ROWS,
  });
}
