import { fnv1a } from "../../platform/fnv1a.ts";
import { isRecent, MINUTE_MS } from "../../platform/time.ts";
import { PROVIDER_IDS, type Lane, type ProviderId } from "./provider.ts";
import type { Resolution } from "./resolution.ts";

/** A caller of a flight. `lane` and `account` select the provider limits that apply. */
export interface FlightRequest {
  lane: Lane;
  account: boolean;
  /** The provider to ask first. A caller with a preference only uses a result in which that provider was asked. */
  prefer?: ProviderId;
  /** In the import lane: a stored book is refreshed. */
  isRefresh?: boolean;
  /** The caller has just found nothing under the ISBN in KV and in D1. */
  isUnknown?: true;
  /** The account charged for the question; absent if no account is charged. */
  payer?: string;
}

/** A request with what is already known: providers that have recently reported that they do not have the book. */
export interface FlightPlan extends FlightRequest {
  knownAbsentAt?: readonly ProviderId[];
}

/** The result of the last flight, kept for callers that do not see it in KV yet. */
export interface LastResult {
  at: number;
  request: FlightRequest;
  resolution: Resolution;
}

export interface FlightDeps {
  resolvePlan(input: { isbn13: string } & FlightPlan): Promise<Resolution>;
  lastResults: {
    read(isbn13: string): LastResult | undefined;
    /** `isKept`: the result must outlive this process, because no tier below KV has it. */
    write(isbn13: string, lastResult: LastResult, isKept: boolean): void;
  };
  now(): number;
}

/**
 * A written absence may take up to a minute to become visible in KV, so a result is served for that
 * long.
 */
export const LAST_RESULT_MS = MINUTE_MS;
/**
 * If one provider has no such book and another could not be queried, the first answer is remembered
 * as long as KV caches an absence.
 */
export const REMEMBERED_MS = 300_000;
/** A failure is worth retrying soon. */
const FAILED_MS = 5000;

/**
 * More than the providers' limits need, but few enough to be already running when a request
 * arrives: starting a Durable Object costs more than all other work of a flight.
 */
const GROUPS = 16;

/** The group of ISBNs whose flights share a Durable Object. */
export const flightGroupOf = (isbn13: string): string => `group-${fnv1a(isbn13) % GROUPS}`;

/**
 * One flight per ISBN: a caller that asks during the flight, or shortly after it, shares its result. A scan never waits
 * for a flight in the import lane, and a refusal that only applies to callers without an account is not given to a
 * caller with one. A caller that leaves does not cancel the flight.
 */
export function createFlights(deps: FlightDeps): {
  ask(isbn13: string, request: FlightRequest): Promise<Resolution>;
} {
  const inFlight = new Map<string, Promise<Resolution>>();

  const fly = async (isbn13: string, request: FlightRequest): Promise<Resolution> => {
    const lastResult = deps.lastResults.read(isbn13);
    if (lastResult && serves(lastResult, request, deps.now())) return lastResult.resolution;
    const knownAbsentAt = lastResult ? absentAt(lastResult, request, deps.now()) : [];
    const plan = knownAbsentAt.length > 0 ? { ...request, knownAbsentAt } : request;
    const resolution = await deps.resolvePlan({ isbn13, ...plan });
    deps.lastResults.write(
      isbn13,
      { at: deps.now(), request, resolution },
      isKept(request, resolution),
    );
    return resolution;
  };

  return {
    ask(isbn13, request) {
      const { account, prefer } = request;
      const key = (lane: string): string => `${isbn13}:${lane}`;
      const lane = key(`${laneOf(request)}:${prefer ?? ""}`);
      const scan = inFlight.get(key(`${laneOf({ lane: "scan", account })}:`));
      const current = inFlight.get(lane) ?? (request.lane === "import" ? scan : undefined);
      if (current) return current;
      const flight = fly(isbn13, request).finally(() => inFlight.delete(lane));
      inFlight.set(lane, flight);
      return flight;
    },
  };
}

/**
 * The next caller finds the book in D1, except for a refresh: only the last result shows that the
 * book was just refreshed.
 */
function isKept({ isRefresh }: FlightRequest, resolution: Resolution): boolean {
  return isRefresh === true || resolution.kind !== "found" || resolution.isStored !== true;
}

function serves(
  { at, request, resolution }: LastResult,
  asking: FlightRequest,
  now: number,
): boolean {
  const isWhole =
    resolution.kind === "found" || (resolution.kind === "absent" && !resolution.partial);
  if (isWhole) {
    return isRecent(at, LAST_RESULT_MS, now) && wasAsked(asking.prefer, request, resolution);
  }
  // A refusal applies to callers of the same kind only.
  return isRecent(at, FAILED_MS, now) && laneOf(request) === laneOf(asking);
}

/** Callers of the same kind share flights, because the same limits apply to them. */
function laneOf({ lane, account, isRefresh, payer }: FlightRequest): string {
  return `${lane}:${account}:${isRefresh ?? false}:${payer ?? ""}`;
}

/** Whether the preferred provider was asked; a complete answer of another one may have sufficed. */
function wasAsked(
  prefer: ProviderId | undefined,
  request: FlightRequest,
  resolution: Resolution,
): boolean {
  if (prefer === undefined || request.prefer === prefer || resolution.kind !== "found") return true;
  return (resolution.answers ?? []).some(({ provider }) => provider === prefer);
}

/** An import repeats its question only to providers that have not yet answered it. */
function absentAt(
  { at, resolution }: LastResult,
  asking: FlightRequest,
  now: number,
): ProviderId[] {
  if (asking.lane !== "import" || resolution.kind !== "unavailable") return [];
  if (!isRecent(at, REMEMBERED_MS, now)) return [];
  return PROVIDER_IDS.filter((id) => resolution.providers[id] === "absent");
}
