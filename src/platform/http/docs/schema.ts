import { html } from "hono/html";
import { nameOf, type Html, type Schema } from "./document.ts";
import { inlineText } from "./text.ts";

/** A short description of a type: `string`, `integer or null`, `array of Book`. */
export function typeOf(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = nameOf(schema.$ref);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.allOf) return joined(schema.allOf.map(typeOf), " and ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return joined(choices.map(typeOf), " or ");
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (values) {
    return joined(
      values.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      " | ",
    );
  }
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? "any"];
  return joined(
    types.map((type) => {
      if (type === "array") return html`array of ${typeOf(schema.items ?? {})}`;
      if (type === "object" && typeof schema.additionalProperties === "object") {
        return html`map of ${typeOf(schema.additionalProperties)}`;
      }
      return html`${type}${schema.format === undefined ? "" : ` (${schema.format})`}`;
    }),
    " or ",
  );
}

/** The fields of an object, with those of nested objects indented below; for other schemas, the type. */
export function schemaTree(schema: Schema): Html {
  const fields = fieldsOf(schema);
  const choices = schema.anyOf ?? schema.oneOf ?? [];
  if (choices.some((choice) => fieldsOf(choice).length > 0)) {
    return html`${choices.map((choice, index) => html`${index === 0 ? "" : html`<p>or</p>`} ${schemaTree(choice)}`)}`;
  }
  if (fields.length === 0) return html`<p>${typeOf(schema)}</p>`;
  return html`<ul class="fields">
    ${fields.map(([name, field, required]) => fieldItem(name, field, required))}
  </ul>`;
}

/** One named value: a field, a parameter, a header. */
export function fieldItem(name: string, field: Schema, required: boolean, note = ""): Html {
  const inner = innerObject(field);
  return html`<li>
    <div class="field">
      <code class="name">${name}</code>
      <span class="type">${typeOf(field)}</span>
      ${required ? html`<span class="required">required</span>` : ""}
      ${note === "" ? "" : html`<span class="note">${note}</span>`}
    </div>
    ${field.description === undefined ? "" : html`<p>${inlineText(field.description)}</p>`}
    ${limitsOf(field)} ${inner ? schemaTree(inner) : ""}
  </li>`;
}

function fieldsOf(schema: Schema): [name: string, field: Schema, required: boolean][] {
  const own = Object.entries(schema.properties ?? {}).map(
    ([name, field]): [string, Schema, boolean] => [
      name,
      field,
      schema.required?.includes(name) ?? false,
    ],
  );
  return [...(schema.allOf ?? []).flatMap(fieldsOf), ...own];
}

/** The object schema of a field, of its array items or of its map values. */
function innerObject(field: Schema): Schema | undefined {
  const map =
    typeof field.additionalProperties === "object" ? field.additionalProperties : undefined;
  return [field, field.items, map].find((schema) => schema && fieldsOf(schema).length > 0);
}

function limitsOf(schema: Schema): Html | "" {
  const limits = [
    limit("default", schema.default === undefined ? undefined : JSON.stringify(schema.default)),
    limit("at least", schema.minimum),
    limit("more than", schema.exclusiveMinimum),
    limit("at most", schema.maximum),
    limit("characters, at least", schema.minLength),
    limit("characters, at most", schema.maxLength),
    limit("entries, at least", schema.minItems),
    limit("entries, at most", schema.maxItems),
    limit("pattern", schema.pattern),
  ].filter((text) => text !== undefined);
  return limits.length === 0 ? "" : html`<p class="limits">${joined(limits, ", ")}</p>`;
}

function limit(name: string, value: string | number | undefined): Html | undefined {
  return value === undefined ? undefined : html`${name} <code>${value}</code>`;
}

function joined(parts: readonly Html[], between: string): Html {
  return html`${parts.map((part, index) => html`${index === 0 ? "" : between}${part}`)}`;
}
