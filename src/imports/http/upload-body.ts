import type { Context } from "hono";
import * as z from "zod";
import {
  importMappingSchema,
  ratingScaleSchema,
  readingOptionsSchema,
} from "../../../contract/import-assumptions.ts";
import {
  importOptionsSchema,
  MAX_OWN_IMPORT,
  type ImportOptions,
} from "../../../contract/imports.ts";
import { DomainError } from "../../platform/errors.ts";
import type { App } from "../../platform/http/context.ts";
import { formParts, type Part } from "../../platform/http/multipart.ts";
import { timely } from "../../platform/http/timely.ts";
import { describeIssues } from "../../platform/issues.ts";
import type { Runtime } from "../../platform/runtime.ts";
import { SECOND_MS } from "../../platform/time.ts";
import { tooLarge } from "../domain/upload/file-limits.ts";
import type { FileStage } from "../domain/upload/in-slot.ts";
import { putAside } from "./staged-file.ts";

/** An uploaded file with its import options. */
export interface UploadedFile {
  options: ImportOptions;
  /** The `charset` of the part or of the request. */
  charset?: string | undefined;
  /** Throws DomainError PAYLOAD_TOO_LARGE after 100 MB. */
  bytes: AsyncIterable<Uint8Array>;
}

/** Media types of a body that is the file itself; a missing media type is accepted too. */
const FILE_TYPES = new Set([
  "",
  "text/csv",
  "text/plain",
  "text/tab-separated-values",
  "application/csv",
  "application/json",
  "application/x-ndjson",
  "application/vnd.ms-excel",
  "application/octet-stream",
]);
/** Maximum size of the options, and of a form's boundaries and part headers. */
const MAX_OPTIONS_BYTES = 65_536;
const MAX_DROP_MS = 30 * SECOND_MS;
const MAX_FORM_BYTES = MAX_OWN_IMPORT.bytes + 2 * MAX_OPTIONS_BYTES;

const flag = z.enum(["true", "false"]).transform((text) => text === "true");

/** Import options in the query string. */
export const uploadQuerySchema = z.object({
  dryRun: flag.optional(),
  mode: importOptionsSchema.shape.mode.unwrap().optional(),
  format: importOptionsSchema.shape.format,
  mapping: z
    .string()
    .max(MAX_OPTIONS_BYTES)
    .optional()
    .meta({ description: "JSON object that maps columns of the file to fields" }),
  enrich: flag.optional(),
  withoutIsbn: importOptionsSchema.shape.withoutIsbn.unwrap().optional(),
  encoding: readingOptionsSchema.shape.encoding,
  ratingScale: z
    .enum(["5", "10", "20", "100"])
    .transform((text) => ratingScaleSchema.parse(Number(text)))
    .optional(),
  dateOrder: readingOptionsSchema.shape.dateOrder,
  authorOrder: readingOptionsSchema.shape.authorOrder,
  statusMapping: z
    .string()
    .max(MAX_OPTIONS_BYTES)
    .optional()
    .meta({ description: "JSON object that maps shelves to statuses" }),
});

/**
 * Checks the headers of an upload before it waits for a turn and its body is read.
 * @returns whether the body is a form @throws DomainError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE
 */
export function checkUpload(c: Context<App>): { isForm: boolean; limit: number } {
  const type = typeOf(c).split(";")[0]?.trim().toLowerCase() ?? "";
  const isForm = type === "multipart/form-data";
  if (!isForm && !FILE_TYPES.has(type)) {
    const detail =
      "Send a form (multipart/form-data) with the file in its field `file`, or the file as text/csv, application/json or application/x-ndjson.";
    throw new DomainError("UNSUPPORTED_MEDIA_TYPE", detail);
  }
  const limit = isForm ? MAX_FORM_BYTES : MAX_OWN_IMPORT.bytes;
  if (Number(c.req.header("Content-Length") ?? 0) > limit) throw tooLarge();
  return { isForm, limit };
}

const typeOf = (c: Context<App>): string => c.req.header("Content-Type") ?? "";

/**
 * Reads the file of a request. The bytes are streamed, unless the `file` part of a form comes
 * before its `options` part: then the file is staged until the options have arrived.
 * @throws DomainError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, INVALID_REQUEST,
 * DATABASE_UNAVAILABLE; REQUEST_TIMEOUT, also while the bytes are read
 */
export async function readUpload(
  c: Context<App>,
  { stage, setTimer }: { stage: FileStage } & Pick<Runtime, "setTimer">,
): Promise<UploadedFile> {
  const contentType = typeOf(c);
  const { isForm, limit } = checkUpload(c);
  const sent = c.req.raw.body;
  const body = atMost(unbroken(sent ? timely(sent, setTimer) : []), limit);
  return isForm
    ? fileOfForm(formParts(contentType, body), stage)
    : { options: optionsOfQuery(c.req.query()), charset: charsetOf(contentType), bytes: body };
}

const CHARSET = /;\s*charset\s*=\s*"?([\w.:-]{1,40})"?/i;

const charsetOf = (contentType: string | undefined): string | undefined =>
  CHARSET.exec(contentType ?? "")?.[1];

/**
 * Reads and discards the body of a refused upload, for at most half a minute and up to the size
 * limit.
 */
export async function dropBody(
  c: Context<App>,
  { setTimer }: Pick<Runtime, "setTimer">,
): Promise<void> {
  const body = c.req.raw.body;
  if (body === null) return;
  let isLate = false;
  const cancel = setTimer(MAX_DROP_MS, () => (isLate = true));
  try {
    for await (const _piece of atMost(timely(body, setTimer), MAX_FORM_BYTES)) if (isLate) break;
  } catch {
    // The response is the refusal, even if reading the body fails.
  } finally {
    cancel();
  }
}

async function fileOfForm(parts: AsyncGenerator<Part>, stage: FileStage): Promise<UploadedFile> {
  let options: ImportOptions | undefined;
  let aside: AsyncGenerator<Uint8Array> | undefined;
  let charset: string | undefined;
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    const { name, type, bytes } = next.value;
    if (name === "options") options = optionsOfJson(await textOf(bytes));
    if (name !== "file") continue;
    if (aside) throw invalid("file", "must be sent once; the form has several");
    const file = atMost(bytes, MAX_OWN_IMPORT.bytes);
    charset = charsetOf(type);
    if (options) return { options, charset, bytes: file };
    aside = await putAside(file, stage);
  }
  if (!aside) throw invalid("file", "is missing: send the CSV file in this field of the form");
  return { options: options ?? importOptionsSchema.parse({}), charset, bytes: aside };
}

/**
 * Reports a body that ends early as INVALID_REQUEST, because the client aborted; it is not an
 * internal error.
 */
async function* unbroken(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    if (cause instanceof DomainError) throw cause;
    throw new DomainError("INVALID_REQUEST", "The upload ended before the whole body arrived.", {
      cause,
    });
  }
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
  const { mapping, statusMapping, ...options } = parsed(uploadQuerySchema, query, "");
  return {
    ...importOptionsSchema.parse(options),
    ...(mapping === undefined
      ? {}
      : { mapping: parsed(importMappingSchema, json(mapping, "mapping"), "mapping") }),
    ...(statusMapping === undefined ? {} : { statusMapping: shelvesOf(statusMapping) }),
  };
}

const shelvesOf = (text: string) =>
  parsed(readingOptionsSchema.shape.statusMapping, json(text, "statusMapping"), "statusMapping");

function optionsOfJson(text: string): ImportOptions {
  return text.trim() === ""
    ? importOptionsSchema.parse({})
    : parsed(importOptionsSchema, json(text, "options"), "options");
}

function json(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid(path, "must be valid JSON");
  }
}

function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: string,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues, summary } = describeIssues(result.error.issues, at === "" ? [] : [at]);
  throw new DomainError("INVALID_REQUEST", summary, { details: { issues } });
}

function invalid(path: string, message: string): DomainError {
  return new DomainError("INVALID_REQUEST", `${path} ${message}.`, {
    details: { issues: [{ path, message }] },
  });
}
