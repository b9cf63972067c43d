import type { Context } from "hono";
import * as z from "zod";
import {
  importMappingSchema,
  importOptionsSchema,
  MAX_IMPORT,
  type ImportOptions,
} from "../../../contract/imports.ts";
import { DomainError } from "../../platform/errors.ts";
import type { App } from "../../platform/http/context.ts";
import { formParts } from "../../platform/http/multipart.ts";

/** A file with what its sender wants of it. */
export interface UploadedFile {
  options: ImportOptions;
  /** At most 25 MB: throws DomainError PAYLOAD_TOO_LARGE behind them. */
  bytes: AsyncIterable<Uint8Array>;
}

/** Media types that are taken for the file itself; none at all, too. */
const FILE_TYPES = new Set([
  "",
  "text/csv",
  "text/plain",
  "text/tab-separated-values",
  "application/csv",
  "application/vnd.ms-excel",
  "application/octet-stream",
]);
/** Options, and what a form has around its fields. */
const MAX_OPTIONS_BYTES = 65_536;
const MAX_FORM_BYTES = MAX_IMPORT.bytes + 2 * MAX_OPTIONS_BYTES;

const flag = z.enum(["true", "false"]).transform((text) => text === "true");

/** Options as they stand in a query. */
export const uploadQuerySchema = z.object({
  dryRun: flag.optional(),
  mode: importOptionsSchema.shape.mode.unwrap().optional(),
  format: importOptionsSchema.shape.format,
  mapping: z
    .string()
    .max(MAX_OPTIONS_BYTES)
    .optional()
    .meta({ description: "JSON: field by column" }),
  enrich: flag.optional(),
});

/**
 * The file of a request. It is read as it comes in, except when it stands in a form before the options that say how to
 * read it: then its bytes are held until those are there.
 * @throws DomainError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, INVALID_REQUEST
 */
export async function readUpload(c: Context<App>): Promise<UploadedFile> {
  const contentType = c.req.header("Content-Type") ?? "";
  const type = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  const isForm = type === "multipart/form-data";
  if (!isForm && !FILE_TYPES.has(type)) {
    const detail =
      "Send a form (multipart/form-data) with the file in its field `file`, or the file as text/csv.";
    throw new DomainError("UNSUPPORTED_MEDIA_TYPE", detail);
  }
  const limit = isForm ? MAX_FORM_BYTES : MAX_IMPORT.bytes;
  if (Number(c.req.header("Content-Length") ?? 0) > limit) throw tooLarge();
  const body = atMost(unbroken(c.req.raw.body ?? []), limit);
  return isForm
    ? fileOfForm(formParts(contentType, body))
    : { options: optionsOfQuery(c.req.query()), bytes: body };
}

async function fileOfForm(
  parts: AsyncGenerator<{ name: string; bytes: AsyncIterable<Uint8Array> }>,
): Promise<UploadedFile> {
  let options: ImportOptions | undefined;
  let held: Uint8Array[] | undefined;
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    const { name, bytes } = next.value;
    if (name === "options") options = optionsOfJson(await textOf(bytes));
    if (name !== "file") continue;
    if (held) throw invalid("file", "must be one file");
    const file = atMost(bytes, MAX_IMPORT.bytes);
    if (options) return { options, bytes: file };
    held = [];
    for await (const piece of file) held.push(piece);
  }
  if (!held) throw invalid("file", "is missing: send the CSV file in this field of the form");
  return { options: options ?? importOptionsSchema.parse({}), bytes: oneByOne(held) };
}

/** A body that breaks off is the sender's trouble, and no failure here. */
async function* unbroken(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new DomainError("INVALID_REQUEST", "The upload broke off before its end.", { cause });
  }
}

async function* oneByOne(pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function* atMost(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const piece of bytes) {
    length += piece.length;
    if (length > limit) throw tooLarge();
    yield piece;
  }
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of atMost(bytes, MAX_OPTIONS_BYTES)) {
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function optionsOfQuery(query: Record<string, string>): ImportOptions {
  const { mapping, ...options } = parsed(uploadQuerySchema, query, "");
  if (mapping === undefined) return importOptionsSchema.parse(options);
  return { ...importOptionsSchema.parse(options), mapping: mappingOf(mapping) };
}

const mappingOf = (text: string) => parsed(importMappingSchema, json(text, "mapping"), "mapping");

function optionsOfJson(text: string): ImportOptions {
  return text.trim() === ""
    ? importOptionsSchema.parse({})
    : parsed(importOptionsSchema, json(text, "options"), "options");
}

function json(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid(path, "must be JSON");
  }
}

function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: string,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({
    path: [at, ...path.map(String)].filter((step) => step !== "").join("."),
    message,
  }));
  const detail = issues.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new DomainError("INVALID_REQUEST", detail, { details: { issues } });
}

function invalid(path: string, message: string): DomainError {
  return new DomainError("INVALID_REQUEST", `${path} ${message}.`, {
    details: { issues: [{ path, message }] },
  });
}

function tooLarge(): DomainError {
  const megabytes = MAX_IMPORT.bytes / (1024 * 1024);
  return new DomainError("PAYLOAD_TOO_LARGE", `A file may have at most ${megabytes} MB.`);
}
