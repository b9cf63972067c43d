import type { Notice } from "../../../contract/capabilities.ts";
import { DomainError } from "../../platform/errors.ts";
import { isBefore, parseClientVersion } from "./client-version.ts";

/** Something that is on its way out. */
export interface Deprecation {
  /** Stable name: the `code` of its notice. */
  readonly id: string;
  /** From when on its use is discouraged, ms since the epoch; absent while that is not decided. */
  readonly deprecatedAt?: number;
  /** From when on it is gone, ms since the epoch; not before `deprecatedAt`. */
  readonly sunsetAt?: number;
  /** Path of what takes its place. */
  readonly successor: string;
  /** The first version of the app that does without it. */
  readonly minAppVersion: string;
  /** For people, who see it on a banner, a log or a problem. */
  readonly message: { readonly deprecated: string; readonly gone: string };
}

/** How often one version of an app has used it. Instants are ms since the epoch. */
export interface VersionUses {
  /** `ios/3.2.0`, or `other`. */
  clientVersion: string;
  uses: number;
  firstUsedAt: number;
  lastUsedAt: number;
}

/** Where a deprecation stands; it is still served while `deprecated`. */
export type DeprecationState = "current" | "deprecated" | "gone";

/** When the old socket goes, and what apps need instead, as the deployment says. */
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

/** An instant belongs to what begins with it. @param now ms since the epoch */
export function deprecationState(
  { deprecatedAt, sunsetAt }: Deprecation,
  now: number,
): DeprecationState {
  if (sunsetAt !== undefined && now >= sunsetAt) return "gone";
  return deprecatedAt !== undefined && now >= deprecatedAt ? "deprecated" : "current";
}

/**
 * What an app of this version shows as banners: of what is on its way out or gone, and what that version still needs.
 * @param clientVersion the value of `X-Client-Version`; an app that does not say a version is told nothing
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
        ...(sunsetAt === undefined ? {} : { sunsetAt: new Date(sunsetAt).toISOString() }),
      },
    ];
  });
}

/**
 * The headers of an answer of what is on its way out: `Deprecation` (RFC 9745: a structured-field date, seconds), `Sunset`
 * (RFC 8594: an HTTP date) and the link to the successor (RFC 5829).
 */
export function deprecationHeaders({
  deprecatedAt,
  sunsetAt,
  successor,
}: Deprecation): Record<string, string> {
  return {
    ...(deprecatedAt === undefined ? {} : { Deprecation: `@${Math.floor(deprecatedAt / 1000)}` }),
    ...(sunsetAt === undefined ? {} : { Sunset: new Date(sunsetAt).toUTCString() }),
    Link: `<${successor}>; rel="successor-version"`,
  };
}

/** The refusal of what is gone. */
export function goneProblem({ message, successor, minAppVersion }: Deprecation): DomainError {
  return new DomainError("GONE", message.gone, { details: { successor, minAppVersion } });
}
