import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Problem } from "../../contract/problems.ts";
import { createService } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import type { UploadOutcome } from "../../src/imports/domain/upload/accept-upload.ts";
import { importUploads } from "../../src/imports/uploads.ts";
import { sha256 } from "../../src/platform/crypto.ts";
import { quotasModule } from "../../src/quotas/module.ts";
import type { Platform } from "../../src/platform/platform.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { bearer, type Account } from "./accounts.ts";
import { deferred, memoryLog } from "./fakes.ts";
import { faultsOf } from "./openapi.ts";
import { testPlatform } from "./platform.ts";

export interface QuotaSetting {
  /** The quotas to apply; others are unlimited. */
  quotas?: Record<string, number>;
  vars?: Record<string, string>;
  parts?: Partial<Platform>;
}

/**
 * A separate service with quotas, called from given addresses. It shares the Durable Objects of the
 * tests.
 */
export function quotaService({ quotas = {}, vars = {}, parts = {} }: QuotaSetting) {
  const QUOTAS = JSON.stringify({
    ...(JSON.parse(NO_LIMITS.QUOTAS) as Record<string, number>),
    ...quotas,
  });
  const config = parseConfig({ ...env, CLIENT_IP_HEADER: "CF-Connecting-IP", QUOTAS, ...vars });
  const { defer } = deferred();
  const platform = testPlatform({ config, log: memoryLog(), defer, ...parts });
  const service = createService(platform);
  const app = service.app();
  const call = async (
    path: string,
    init: RequestInit = {},
    address?: string,
  ): Promise<Response> => {
    const request = new Request(`http://bookstrack.test${path}`, init);
    if (address !== undefined) request.headers.set("CF-Connecting-IP", address);
    const response = await app.fetch(request, env, createExecutionContext());
    expect(await faultsOf(request.method, new URL(request.url).pathname, response)).toEqual([]);
    return response;
  };
  const signUp = (address?: string, body?: object): Promise<Response> =>
    call(
      "/api/v2/users",
      {
        method: "POST",
        ...(body
          ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }
          : {}),
      },
      address,
    );
  const uploads = importUploads(platform, quotasModule(platform));
  return {
    platform,
    service,
    call,
    signUp,
    async account(address?: string): Promise<Account> {
      const response = await signUp(address);
      expect(response.status).toBe(201);
      return response.json<Account>();
    },
    upload: (
      { token }: Pick<Account, "token">,
      file: BodyInit,
      { query = "?dryRun=true&enrich=false", address }: { query?: string; address?: string } = {},
    ) =>
      call(
        `/api/v2/imports${query}`,
        { method: "POST", headers: { ...bearer(token), "Content-Type": "text/csv" }, body: file },
        address,
      ),
    /** An upload that bypasses the route, which accepts only two of an account at the same time. */
    accept: ({ userId }: Pick<Account, "userId">, text: string): Promise<UploadOutcome> =>
      uploads.acceptUpload({
        userId,
        network: undefined,
        options: { dryRun: true, mode: "merge", enrich: false, withoutIsbn: "review" },
        bytes: bytesOf(text),
        fileHash: () => sha256(text),
      }),
    /** The used amounts of an account, by quota. */
    async used({ token }: Pick<Account, "token">): Promise<Record<string, number>> {
      const response = await call("/api/v2/users/me/usage", { headers: bearer(token) });
      expect(response.status).toBe(200);
      const { items } = await response.json<{ items: { quota: string; used: number }[] }>();
      return Object.fromEntries(items.map(({ quota, used }) => [quota, used]));
    },
  };
}

/** The problem of a refused request. */
export async function problemOf(response: Response): Promise<Problem> {
  return response.json<Problem>();
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
