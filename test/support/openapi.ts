import { Validator, type Schema } from "@cfworker/json-schema";
import { EXPOSED_HEADERS } from "../../src/platform/http/headers.ts";
import document from "../../openapi.json" with { type: "json" };

interface Operation {
  responses: Record<
    string,
    {
      description: string;
      headers?: Record<string, unknown>;
      content?: Record<string, { schema: Schema }>;
    }
  >;
}

/** Headers that must be documented. Rate limit headers are on every response, but documented only for success and 429. */
const MEANINGFUL = EXPOSED_HEADERS.filter((name) => name !== "X-Request-Id");
const STATES_LIMIT = (status: number): boolean => status < 400 || status === 429;

const paths = document.paths as unknown as Record<string, Record<string, Operation>>;
const components = { components: document.components };
const PROBLEM: Schema = { $ref: "#/components/schemas/Problem" };
const validators = new WeakMap<Schema, Validator>();

/** The path template in openapi.json that matches a path; if several match, the one with the fewest parameters. */
function templateOf(path: string): string | undefined {
  const wanted = path.split("/");
  return Object.keys(paths)
    .filter((template) => {
      const parts = template.split("/");
      return (
        parts.length === wanted.length &&
        parts.every((part, index) => part.startsWith("{") || part === wanted[index])
      );
    })
    .sort((a, b) => a.split("{").length - b.split("{").length)[0];
}

/**
 * Checks a response against openapi.json: an undocumented status, header, media type or member is a fault, and so is a code
 * that is not listed for this status and route. Problems of the router itself (404 for an unknown path, 405) belong to no
 * operation and are checked against the Problem schema.
 * @returns one line per fault; empty if the response conforms
 */
export async function faultsOf(
  method: string,
  path: string,
  response: Response,
): Promise<string[]> {
  const type = response.headers.get("Content-Type")?.split(";")[0] ?? "";
  const faults = response.headers.get("X-Request-Id") ? [] : ["no X-Request-Id"];
  const body = /[/+]json$/.test(type) ? await response.clone().json<unknown>() : undefined;
  const template = templateOf(path);
  const operation = template ? paths[template]?.[method.toLowerCase()] : undefined;
  if (!operation) {
    if (response.status < 400) return [...faults, `${method} ${path} is not in openapi.json`];
    return [...faults, ...schemaFaults(PROBLEM, body)];
  }
  const documented = operation.responses[String(response.status)];
  if (!documented)
    return [...faults, `status ${response.status} of ${method} ${path} is not documented`];
  const undocumented = MEANINGFUL.filter(
    (name) =>
      response.headers.has(name) &&
      documented.headers?.[name] === undefined &&
      (STATES_LIMIT(response.status) || !name.includes("RateLimit")),
  );
  faults.push(
    ...undocumented.map(
      (name) => `${name} of ${method} ${path} ${response.status} is not documented`,
    ),
  );
  if (!documented.content) return faults;
  const code = body !== undefined && type === "application/problem+json" ? codeOf(body) : undefined;
  if (code !== undefined && !documented.description.includes(`${code}:`)) {
    faults.push(`code ${code} of ${method} ${path} ${response.status} is not documented`);
  }
  const media = documented.content[type];
  if (!media)
    return [
      ...faults,
      `media type ${type} of ${method} ${path} ${response.status} is not documented`,
    ];
  return body === undefined ? faults : [...faults, ...schemaFaults(media.schema, body)];
}

function codeOf(body: unknown): string | undefined {
  return typeof body === "object" && body !== null && "code" in body
    ? String(body.code)
    : undefined;
}

/** Caches validators: creating one reads all components of the document, which takes longer than the validation. */
function validatorOf(schema: Schema): Validator {
  const validator =
    validators.get(schema) ?? new Validator({ ...components, ...schema }, "2020-12", false);
  validators.set(schema, validator);
  return validator;
}

function schemaFaults(schema: Schema, body: unknown): string[] {
  return validatorOf(schema)
    .validate(body)
    .errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
}
