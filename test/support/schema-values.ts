import * as fc from "fast-check";

/** The part of JSON Schema that openapi.json uses. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  examples?: unknown[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}

export type Schemas = Record<string, JsonSchema>;

const FILES = ["Title,Author\nDune,Frank Herbert\n", "title;isbn\nDune;9780441172719"];
/** Plausible values for fields with these names, so that requests pass the first checks. */
const LIKELY: Record<string, string[]> = {
  isbn: [
    "9780441172719",
    "0441172717",
    "9780306406157",
    "9780441013593",
    "9780141439518",
    "9780441172710",
    "local-0",
  ],
  barcode: ["9780441172719", "07671400395848667", "9770317847001", "978044117271951995"],
  q: ["dune", "dune herbert", '"', "NEAR(a b)", "*"],
  title: ["Dune", "a"],
  id: ["waiting"],
  jobId: ["queued", "previewed", "completed"],
  cursor: ["q1.1.x", "x"],
  encoding: ["utf-8", "windows-1252"],
  mapping: ['{"Title":"title"}'],
  statusMapping: ['{"Lese ich":"reading"}'],
  timeZone: ["Europe/Berlin", "UTC", "Mars/Olympus"],
};
const LIKELY_NUMBERS: Record<string, number[]> = { year: [2026, 1965] };

/** Strings known to break services. */
const HOSTILE = [
  "",
  " ",
  "\u0000",
  "\r\nX-Injected: 1",
  "'; DROP TABLE Books; --",
  "\ud800",
  "\u202e\u0300\u{1f4da}",
  "../../etc/passwd",
  "%00%ff",
  "__proto__",
  "1e400",
  "-1",
  "NaN",
  "x".repeat(5000),
];

/** Options of generated values. */
export interface Drawing {
  readonly schemas: Schemas;
  /** Only plausible values and few optional members, which rarely contradict each other. */
  readonly isSparse: boolean;
}

/** Values that a schema allows, approximately: not every constraint is guaranteed. */
export function valuesOf(schema: JsonSchema, drawing: Drawing, name = ""): fc.Arbitrary<unknown> {
  const values = (inner: JsonSchema): fc.Arbitrary<unknown> => valuesOf(inner, drawing, name);
  if (schema.$ref !== undefined) {
    return values(drawing.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {});
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(values));
  if (schema.allOf) {
    return fc.tuple(...schema.allOf.map(values)).map((parts) => Object.assign({}, ...parts));
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "string":
      return stringsOf(schema, drawing, name);
    case "integer":
      return likelyNumbersOf(schema, drawing, name);
    case "number":
      return numbersOf(schema, QUARTER);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(values(schema.items ?? {}), {
        minLength: drawing.isSparse ? 1 : 0,
        maxLength: 3,
      });
    case "object":
      return objectsOf(schema, drawing);
    case undefined:
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

/** Step of a rating, the only number that is not an integer. */
const QUARTER = 0.25;

function numbersOf(
  { minimum = -5, maximum = 1_000_000 }: JsonSchema,
  step: number,
): fc.Arbitrary<number> {
  const range = { min: Math.ceil(minimum / step), max: Math.floor(maximum / step) };
  return fc.integer(range).map((count) => count * step);
}

function likelyNumbersOf(
  schema: JsonSchema,
  { isSparse }: Drawing,
  name: string,
): fc.Arbitrary<number> {
  const likely = LIKELY_NUMBERS[name] ?? [];
  const free = numbersOf(schema, 1);
  if (likely.length === 0) return free;
  return isSparse ? fc.constantFrom(...likely) : fc.oneof(fc.constantFrom(...likely), free);
}

const DAYS = fc
  .date({ min: new Date("1900-01-01"), max: new Date("2199-12-31"), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));

function stringsOf(schema: JsonSchema, { isSparse }: Drawing, name: string): fc.Arbitrary<string> {
  if (schema.format === "binary") return fc.constantFrom(...FILES);
  const likely = [...(LIKELY[name] ?? []), ...(schema.examples ?? []).map(String)];
  const { minLength = 0, maxLength = 40 } = schema;
  const free = fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40) });
  const fitting =
    schema.pattern === undefined ? free : fc.stringMatching(new RegExp(schema.pattern));
  // The pattern of a date allows the 99th day.
  if (schema.format === "date") return fc.oneof({ weight: 4, arbitrary: DAYS }, fitting);
  if (likely.length === 0) return fitting;
  if (isSparse) return fc.constantFrom(...likely);
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...likely) },
    { weight: 1, arbitrary: fitting },
  );
}

function objectsOf(schema: JsonSchema, drawing: Drawing): fc.Arbitrary<unknown> {
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, member]): [string, fc.Arbitrary<unknown>] => [name, valuesOf(member, drawing, name)],
  );
  return recordOf(Object.fromEntries(members), schema.required ?? [], drawing);
}

/** Objects with all required members and some of the others. */
export function recordOf(
  members: Record<string, fc.Arbitrary<unknown>>,
  required: readonly string[],
  { isSparse }: Drawing,
): fc.Arbitrary<Record<string, unknown>> {
  const others = Object.keys(members).filter((name) => !required.includes(name));
  const all = fc.record(members);
  const chosen = fc.tuple(
    ...others.map((name) =>
      fc.oneof(
        { weight: 1, arbitrary: fc.constant([name]) },
        { weight: isSparse ? 5 : 1, arbitrary: fc.constant([]) },
      ),
    ),
  );
  return fc
    .tuple(all, chosen)
    .map(([record, names]) =>
      Object.fromEntries([...required, ...names.flat()].map((name) => [name, record[name]])),
    );
}

/** Values of any type, including those known to break services. */
export const hostileValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.constantFrom(null, true, -1, 0.5, 1e308, Number.MAX_SAFE_INTEGER, [], {}, [[[]]]),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Only hostile strings. */
export const hostileText: fc.Arbitrary<string> = fc.constantFrom(...HOSTILE);

/** The same values, with one member or the whole value replaced, removed or doubled. */
export function mutated(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(values, hostileValues, fc.nat(), fc.nat(3)).map(([value, hostile, at, how]) => {
    if (typeof value !== "object" || value === null || how === 0) return hostile;
    const entries = Object.entries(value);
    const [name] = entries[at % Math.max(1, entries.length)] ?? ["__proto__"];
    if (how === 1) return Object.fromEntries(entries.filter(([other]) => other !== name));
    return { ...value, [name]: how === 2 ? hostile : [hostile, hostile] };
  });
}
