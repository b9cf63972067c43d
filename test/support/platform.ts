import { env } from "cloudflare:workers";
import { platformOf } from "../../src/platform/isolate.ts";
import type { Platform } from "../../src/platform/platform.ts";

/** The platform of the tests, with parts replaced. */
export function testPlatform(parts: Partial<Platform> = {}): Platform {
  return { ...platformOf(env), ...parts };
}
