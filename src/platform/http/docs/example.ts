import { targetOf, type ApiDocument, type Schema } from "./document.ts";

/** Maximum depth of nested objects in an example. */
const MAX_DEPTH = 10;

/** A value that matches a schema: the schema's own example, or else a minimal one. */
export function exampleOf(schema: Schema, document: ApiDocument, depth = 0): unknown {
  const [given] = schema.examples ?? [];
  if (given !== undefined) return given;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const next = (inner: Schema): unknown => exampleOf(inner, document, depth + 1);

  const target = targetOf(schema, document);
  if (target) return depth < MAX_DEPTH ? next(target) : {};
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(next));
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return next(choice);

  switch (firstType(schema)) {
    case "object":
      return depth < MAX_DEPTH ? exampleObject(schema, next) : {};
    case "array":
      return schema.items && depth < MAX_DEPTH ? [next(schema.items)] : [];
    case "integer":
    case "number":
      return schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1;
    case "boolean":
      return true;
    case "null":
      return null;
    case "string":
    default:
      return exampleText(schema);
  }
}

function firstType({ type }: Schema): string {
  return (Array.isArray(type) ? type[0] : type) ?? "string";
}

/** Required members and members with an example; if there are none, all members. */
function exampleObject(schema: Schema, next: (inner: Schema) => unknown): object {
  const properties = Object.entries(schema.properties ?? {});
  const documented = properties.filter(
    ([name, inner]) => schema.required?.includes(name) || inner.examples,
  );
  const shown = documented.length > 0 ? documented : properties;
  return Object.fromEntries(shown.map(([name, inner]) => [name, next(inner)]));
}

function exampleText({ format, pattern }: Schema): string {
  if (format === "date-time") return "2026-01-31T12:00:00.000Z";
  if (format === "date") return "2026-01-31";
  return pattern?.startsWith("^https") ? "https://…" : "…";
}
