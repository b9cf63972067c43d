import * as fc from "fast-check";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The paths to all parts of a value, as names and indexes. */
function pathsOf(value: Json, path: (string | number)[] = []): (string | number)[][] {
  const inner =
    value !== null && typeof value === "object"
      ? Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]))
      : [];
  return [path, ...inner];
}

function replaced(value: Json, [name, ...rest]: (string | number)[], by: Json): Json {
  if (name === undefined || value === null || typeof value !== "object") return by;
  if (Array.isArray(value)) {
    return value.map((member, index) =>
      String(index) === name ? replaced(member, rest, by) : member,
    );
  }
  return { ...value, [name]: replaced(value[name] ?? null, rest, by) };
}

const nasty: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue() as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(
    null,
    "",
    " ",
    "\u0000",
    0,
    -1,
    1e308,
    true,
    [],
    {},
    [null],
    [[]],
    { name: null },
    { value: {} },
  ),
  fc.constantFrom<Json>(
    "19xx",
    "-800",
    "0101-01-01",
    "un",
    "<p>",
    "&#xD800;",
    "javascript:alert(1)",
    "9780306406157",
  ),
);

/** The value with one to three of its parts replaced by unexpected values. */
export function mangled(value: unknown): fc.Arbitrary<unknown> {
  const json = JSON.parse(JSON.stringify(value)) as Json;
  const change = fc.tuple(fc.constantFrom(...pathsOf(json)), nasty);
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce((result, [path, by]) => replaced(result, path, by), json));
}
