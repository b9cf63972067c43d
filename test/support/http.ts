import { exports } from "cloudflare:workers";
import { expect } from "vitest";
import { faultsOf } from "./openapi.ts";

/** Calls the Worker as a client would, and checks the response against openapi.json. */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await exports.default.fetch(new Request(`http://bookstrack.test${path}`, init));
  expect(await faultsOf(init.method ?? "GET", path.split("?")[0] ?? path, response)).toEqual([]);
  return response;
}
