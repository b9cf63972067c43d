import { beforeEach, expect, it } from "vitest";
import page from "../../docs/clients/swift.md?raw";
import document from "../../openapi.json" with { type: "json" };
import { forgetKeys } from "../support/enrich.ts";
import { exchangesOf } from "../support/examples.ts";
import { call } from "../support/http.ts";
import { ended } from "../support/imports.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";

beforeEach(async () => {
  openLibraryInPlace().say("9780441172719", {
    title: "Dune",
    authors: [{ name: "Frank Herbert" }],
    publishers: [{ name: "Ace Books" }],
    publish_date: "September 1, 1990",
    number_of_pages: 535,
  });
  await forgetKeys();
  await restDesks();
});

/** Values that differ on each run. The rate is removed because it is not always present. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "TIME"],
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID"],
  [/"bt_\w+"/g, '"TOKEN"'],
  [/"userId":"[0-9a-z]{26}"/g, '"userId":"USER_ID"'],
  [/(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}/g, "RECOVERY_CODE"],
  [/ticket=[\w.-]+/g, "ticket=TICKET"],
  [/"rowsPerSecond":[\d.]+,/g, ""],
];
const masked = (text: string): string =>
  MASKS.reduce((left, [pattern, name]) => left.replaceAll(pattern, name), text.trim());

/** Only JSON is wrapped on the page. */
const asSent = (text: string): string =>
  text.startsWith("{") ? JSON.stringify(JSON.parse(text)) : text;

it("the page's requests and events match the service's, in sequence", async () => {
  const exchanges = exchangesOf(page);
  expect(exchanges).toHaveLength(9);
  /** Values from earlier responses. */
  const given: Record<string, string> = {};
  const filled = (text: string): string =>
    text.replaceAll(/\b(?:TOKEN|USER_ID|JOB_ID)\b/g, (name) => given[name] ?? name);
  for (const { request, answer } of exchanges) {
    const { method, path, headers, body } = request;
    const response = await call(filled(path), {
      method,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, filled(value)]),
      ),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const received = Object.keys(answer.headers).map((name) => [name, response.headers.get(name)]);
    expect({
      path,
      status: response.status,
      headers: JSON.parse(masked(JSON.stringify(Object.fromEntries(received)))) as unknown,
      text: masked(text),
    }).toEqual({
      path,
      status: answer.status,
      headers: JSON.parse(masked(JSON.stringify(answer.headers))) as unknown,
      text: masked(asSent(answer.text)),
    });
    Object.assign(given, await valuesOf(text));
  }
});

/** Stores values of this response under the names that later requests use. Waits for an import to end. */
async function valuesOf(text: string): Promise<Record<string, string>> {
  if (!text.startsWith("{")) return {};
  const { userId, token, jobId } = JSON.parse(text) as Partial<Record<string, string>>;
  if (userId && token) return { USER_ID: userId, TOKEN: token };
  if (!jobId) return {};
  await ended(jobId);
  return { JOB_ID: jobId };
}

const STRUCT = /^struct (\w+): Codable[^{]*\{\n([\s\S]*?)^\}/gm;
const FIELD = /^ {4}let (\w+): (.+)$/gm;

interface Schema {
  properties?: Record<string, { type?: string }>;
  required?: string[];
}

/** Swift types for each JSON type. A schema with a reference needs a struct. */
const SWIFT_TYPES: Readonly<Record<string, RegExp>> = {
  string: /^(String|Date|URL)$/,
  integer: /^Int$/,
  number: /^Double$/,
  boolean: /^Bool$/,
  array: /^\[\w+\]$/,
  object: /^([A-Z]\w+|\[String: String\])$/,
};

const structs = new Map(
  [...page.matchAll(STRUCT)].map(([, name = "", body = ""]) => [
    name,
    [...body.matchAll(FIELD)].map(([, field = "", type = ""]) => ({ field, type })),
  ]),
);
const schemas = document.components.schemas as unknown as Record<string, Schema>;

it.each([
  "CreatedAccount",
  "EnrichedBook",
  "LibraryBook",
  "Reading",
  "Loan",
  "Problem",
  "ImportAccepted",
  "ImportSnapshot",
  "ImportOutcomes",
  "ImportEnrichment",
  "ImportRow",
])("struct %s has the fields of openapi.json, optional where they may be absent", (name) => {
  const { properties = {}, required = [] } = schemas[name] ?? {};
  const fields = structs.get(name) ?? [];
  const isThere = Object.fromEntries(fields.map(({ field, type }) => [field, !type.endsWith("?")]));
  expect(isThere).toEqual(
    Object.fromEntries(Object.keys(properties).map((field) => [field, required.includes(field)])),
  );
  const misfits = fields.filter(({ field, type }) => {
    const holder = SWIFT_TYPES[properties[field]?.type ?? ""] ?? /^[A-Z]\w+$/;
    return !holder.test(type.replace("?", ""));
  });
  expect(misfits).toEqual([]);
});
