import type { Notice } from "../../../contract/capabilities.ts";
import { defined } from "../../platform/defined.ts";
import { DomainError } from "../../platform/errors.ts";
import { isoTime } from "../../platform/time.ts";
import { isBefore, parseClientVersion } from "./client-version.ts";

/** A feature that will be removed. */
export interface Deprecation {
  /** Stable name: the `code` of its notice. */
  readonly id: string;
  /** From when its use is discouraged, ms since the epoch; absent while undecided. */
  readonly deprecatedAt?: number;
  /** From when it is removed, ms since the epoch; not before `deprecatedAt`. */
  readonly sunsetAt?: number;
  /** Path of its successor. */
  readonly successor: string;
  /** The first version of the app that does not need it. */
  readonly minAppVersion: string;
  /** Human-readable texts for a banner, a log or a problem. */
  readonly message: { readonly deprecated: string; readonly gone: string };
}

/** Uses by one version of an app. Instants are ms since the epoch. */
export interface VersionUses {
  /** `ios/3.2.0`, or `other`. */
  clientVersion: string;
  uses: number;
  firstUsedAt: number;
  lastUsedAt: number;
}

/** The state of a deprecation; the feature is still served while `deprecated`. */
export type DeprecationState = "current" | "deprecated" | "gone";

/**
 * The configured dates of the legacy WebSocket's removal, and the first app version that does not
 * need it.
 */
export interface LegacyWebSocketCalendar {
  /** ms since the epoch */
  deprecatedAt?: number;
  /** ms since the epoch */
  sunsetAt?: number;
  minAppVersion: string;
}

/** `/ws/progress`. */
export function legacyWebSocket(calendar: LegacyWebSocketCalendar): Deprecation {
  return {
    id: "LEGACY_WEBSOCKET",
    ...calendar,
    successor: "/api/v2/imports",
    message: {
      deprecated: "Update to the latest version for better performance.",
      gone: "This version cannot import files any more. Update to the latest version.",
    },
  };
}

/** The instant of a change belongs to the later state. @param now ms since the epoch */
export function deprecationState(
  { deprecatedAt, sunsetAt }: Deprecation,
  now: number,
): DeprecationState {
  if (sunsetAt !== undefined && now >= sunsetAt) return "gone";
  return deprecatedAt !== undefined && now >= deprecatedAt ? "deprecated" : "current";
}

/**
 * The banners for an app of this version: deprecated or removed features that the version still needs.
 * @param clientVersion the value of `X-Client-Version`; without a valid version there are no notices
 */
export function noticesFor(
  clientVersion: string | undefined,
  deprecations: readonly Deprecation[],
  now: number,
): Notice[] {
  const client = parseClientVersion(clientVersion);
  if (client === undefined) return [];
  return deprecations.flatMap((deprecation): Notice[] => {
    const { id, message, minAppVersion, sunsetAt } = deprecation;
    const due = parseClientVersion(minAppVersion);
    const state = deprecationState(deprecation, now);
    if (state === "current" || due === undefined || !isBefore(client, due)) return [];
    return [
      {
        code: id,
        level: state === "gone" ? "critical" : "warning",
        message: message[state],
        minAppVersion,
        ...defined({ sunsetAt: isoTime(sunsetAt) }),
      },
    ];
  });
}

/**
 * The response headers of a deprecated feature: `Deprecation` (RFC 9745: a structured-field date, seconds), `Sunset`
 * (RFC 8594: an HTTP date) and the link to the successor (RFC 5829).
 */
export function deprecationHeaders({
  deprecatedAt,
  sunsetAt,
  successor,
}: Deprecation): Record<string, string> {
  return {
    ...defined({
      Deprecation: deprecatedAt === undefined ? undefined : `@${Math.floor(deprecatedAt / 1000)}`,
      Sunset: sunsetAt === undefined ? undefined : new Date(sunsetAt).toUTCString(),
    }),
    Link: `<${successor}>; rel="successor-version"`,
  };
}

/** The error for a removed feature. */
export function goneProblem({ message, successor, minAppVersion }: Deprecation): DomainError {
  return new DomainError("GONE", message.gone, { details: { successor, minAppVersion } });
}
