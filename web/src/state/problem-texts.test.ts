import { expect, it } from "vitest";
import { ConnectionError, RateLimitedError, UnavailableError } from "../../../client/src/index.ts";
import { StoreError } from "../../../client/src/sync/store.ts";
import { requestIdOf, textOfError, textOfProblem } from "./problem-texts.ts";

const problem = (code: string, status: number, retryAfterMs?: number) => ({
  code,
  status,
  message: "Text of the service.",
  retryable: true,
  requestId: "request-1",
  retryAfterMs,
  details: {},
});

it("has its own texts for failures, with the time to wait", () => {
  expect(textOfError(new RateLimitedError(problem("RATE_LIMIT_EXCEEDED", 429, 1500)))).toBe(
    "Too many requests in a short time. Try again in 2 seconds.",
  );
  const quota = (ms: number) => textOfError(new RateLimitedError(problem("X", 429, ms)));
  expect([quota(600_000), quota(36_000_000)]).toEqual([
    "Text of the service. Try again in 10 minutes.",
    "Text of the service. Try again in 10 hours.",
  ]);
  expect(textOfError(new ConnectionError("host could not be reached"))).toMatch(
    /cannot be reached/,
  );
  expect(textOfError(new TypeError("x is undefined"))).toMatch(/went wrong in the app/);
});

it("shows the service's text and the request id for unknown codes", () => {
  const unknown = new UnavailableError(problem("SOMETHING_NEW", 503));
  expect([textOfError(unknown), requestIdOf(unknown)]).toEqual([
    "Text of the service.",
    "request-1",
  ]);
  expect(requestIdOf(new RateLimitedError(problem("RATE_LIMIT_EXCEEDED", 429)))).toBeUndefined();
  expect(requestIdOf(new Error("no answer"))).toBeUndefined();
});

it("has texts for failures of the device's store, and for problems in results", () => {
  expect(textOfError(new StoreError("STORAGE_FULL", "quota"))).toMatch(/no storage space/);
  expect(textOfError(new StoreError("STORAGE_CLOSED", "closed"))).toMatch(/could not be saved/);
  expect(textOfProblem({ code: "BOOK_NOT_FOUND", detail: "x" })).toMatch(/No catalogue knows/);
  expect(textOfProblem({ code: "NEW_CODE", detail: "Text of the service." })).toBe(
    "Text of the service.",
  );
});
