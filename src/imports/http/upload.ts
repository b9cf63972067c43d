import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  importAcceptedSchema,
  importOptionsSchema,
  MAX_IMPORT,
  MAX_OWN_IMPORT,
  type ImportAccepted,
} from "../../../contract/imports.ts";
import { defined } from "../../platform/defined.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Accepted, Upload, UploadOutcome } from "../domain/upload/accept-upload.ts";
import type { FileStage } from "../domain/upload/in-slot.ts";
import { hashed, hashOf, type RunningHash } from "../../idempotency/domain/running-hash.ts";
import type { Refusal } from "../../quotas/domain/refusal.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { requireUser, type Authenticate } from "../../accounts/module.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { addressCaller, userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import {
  IDEMPOTENCY_KEY,
  idempotently,
  KEY_REFUSALS,
  type Once,
} from "../../idempotency/module.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { jsonBody, problems, REPLAYED } from "../../platform/http/openapi-parts.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import { router } from "../../platform/http/router.ts";
import type { Runtime } from "../../platform/runtime.ts";
import { checkUpload, dropBody, readUpload, uploadQuerySchema } from "./upload-body.ts";

/** Use cases behind the upload route. */
export interface UploadUseCases {
  acceptUpload(upload: Upload): Promise<UploadOutcome>;
  newHash(): RunningHash;
  /** The hashed network of a caller; undefined when it is unknown. @param addressKey rate-limit key of the address */
  networkOf(addressKey: string): Promise<string | undefined>;
  /**
   * Receives an upload in one of the account's slots. A repeat with the same idempotency key shares
   * the slot.
   * @throws DomainError RATE_LIMIT_EXCEEDED when the account is sending too many
   */
  inSlot<Result>(
    upload: { userId: string; key: string | undefined },
    receive: (stage: FileStage) => Promise<Result>,
  ): Promise<Result>;
  /** Resolves when an upload may begin; simultaneous uploads begin one after another. */
  mayBegin(): Promise<void>;
  setTimer: Runtime["setTimer"];
}

export interface ImportUploadDeps extends UploadUseCases {
  authenticate: Authenticate;
  limiters: Limiters;
  /** The request header in which a proxy sends the client's address, if configured. */
  clientIpHeader: string | undefined;
  once: Once;
  /** The error for an upload that a quota refuses. */
  refusalError(refusal: Refusal): DomainError;
  /** Returns the URL of the job's stream with a fresh ticket. */
  streamUrlOf(jobId: string): Promise<string>;
}

const IMPORTS = "/api/v2/imports";
const file = { schema: { type: "string" as const, format: "binary" } };

const uploadRoute = createRoute({
  operationId: "createImport",
  method: "post",
  path: IMPORTS,
  tags: ["Imports"],
  summary: "Import a reading list",
  description: `Accepts up to ${MAX_IMPORT.bytes / 1024 / 1024} MB and ${MAX_IMPORT.rows} rows, or for an export of this service ${MAX_OWN_IMPORT.bytes / 1024 / 1024} MB and ${MAX_OWN_IMPORT.rows} rows, in any layout of docs/imports.md. Send a form with \`file\` and \`options\`, or the file as the body with the options in the query. The service responds once every row is stored; follow the import at \`statusUrl\` or \`streamUrl\`. A form whose \`options\` part comes before its \`file\` part is streamed instead of buffered.`,
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: {
    query: uploadQuerySchema,
    body: {
      required: true,
      content: {
        "text/csv": file,
        "text/plain": file,
        "application/json": file,
        "application/x-ndjson": file,
        "text/tab-separated-values": file,
        "application/octet-stream": file,
        "multipart/form-data": {
          schema: z.object({
            file: z.string().meta({ format: "binary" }),
            options: importOptionsSchema.optional(),
          }),
        },
      },
    },
  },
  responses: {
    202: jsonBody("The accepted job", importAcceptedSchema, {
      Location: { description: "Its `statusUrl`", schema: { type: "string" as const } },
      ...REPLAYED,
    }),
    ...problems(
      ...KEY_REFUSALS,
      "INVALID_CSV",
      "UNAUTHORIZED",
      "FORBIDDEN",
      "PAYLOAD_TOO_LARGE",
      "UNSUPPORTED_MEDIA_TYPE",
      "RATE_LIMIT_EXCEEDED",
      "QUOTA_EXCEEDED",
      "LIMIT_REACHED",
      "SERVICE_BUDGET",
      "INTERNAL_ERROR",
    ),
  },
});

/** The route that accepts uploaded files. */
export function importUploadRoutes(deps: ImportUploadDeps): OpenAPIHono<App> {
  const app = router();
  app.openAPIRegistry.registerPath(uploadRoute);
  // Registered without the shared validator, which would buffer the whole body.
  app.post(
    IMPORTS,
    requireUser(deps.authenticate, "imports"),
    rateLimit(deps.limiters.imports, (c) => userCaller(c.get("user").userId)),
    async (c) => {
      const upload = { userId: c.get("user").userId, key: c.req.header(IDEMPOTENCY_KEY.name) };
      checkUpload(c);
      await deps.mayBegin();
      try {
        return await deps.inSlot(upload, (stage) => receive(c, stage, deps));
      } catch (error) {
        // A client that is still sending may miss a response.
        if (isFull(error) && !c.req.raw.bodyUsed) await dropBody(c, deps);
        throw error;
      }
    },
  );
  return app;
}

const isFull = (error: unknown): boolean =>
  error instanceof DomainError && error.code === "RATE_LIMIT_EXCEEDED";

async function receive(c: Context<App>, stage: FileStage, deps: ImportUploadDeps) {
  const { userId } = c.get("user");
  const { options, charset, bytes } = await readUpload(c, { stage, setTimer: deps.setTimer });
  const hash = deps.newHash();
  const keyed = {
    caller: userCaller(userId),
    operation: uploadRoute.operationId,
    fields: { options, ...defined({ charset }) },
    readBodyFields: () => hashOf(bytes, hash),
    isPublic: false,
  };
  const answer = await idempotently(c, deps.once, keyed, async (guard) => {
    const outcome = await deps.acceptUpload({
      userId,
      network: await deps.networkOf(addressCaller(c, deps.clientIpHeader).key),
      options,
      charset,
      bytes: hashed(bytes, hash),
      async fileHash() {
        const hex = await hash.hex();
        await guard.addBodyFields(hex);
        return hex;
      },
      keepAnswer: (accepted) => guard.keepAnswer(answerOf(accepted)),
    });
    return answerOf(acceptedOrThrow(outcome, deps));
  });
  // The ticket is a secret, so the stored response omits it: every response gets a fresh one.
  const streamUrl = await deps.streamUrlOf(answer.body.jobId);
  const body: ImportAccepted = { ...answer.body, streamUrl };
  return c.json(body, answer.status, { ...answer.headers, ...UNCACHED });
}

function answerOf(accepted: Accepted) {
  const statusUrl = `${IMPORTS}/${accepted.jobId}`;
  return {
    status: 202 as const,
    headers: { Location: statusUrl },
    body: { ...accepted, status: "queued" as const, statusUrl },
  };
}

/** @throws DomainError unless a job was accepted */
function acceptedOrThrow(
  outcome: UploadOutcome,
  { refusalError }: Pick<ImportUploadDeps, "refusalError">,
): Accepted {
  switch (outcome.kind) {
    case "accepted":
      return outcome.accepted;
    case "not_usable": {
      const { text, foundColumns, line } = outcome;
      const details = { foundColumns, ...defined({ line }) };
      throw new DomainError("INVALID_CSV", text, { details });
    }
    case "too_many_rows":
      throw new DomainError(
        "PAYLOAD_TOO_LARGE",
        `The file has more than the ${outcome.limit.toLocaleString("en")} rows allowed. Split it.`,
      );
    case "refused":
      throw refusalError(outcome.refusal);
    case "caller_gone":
      throw new DomainError("UNAUTHORIZED", "The token is invalid, expired or revoked.");
  }
}
