import { PROVIDER_IDS, type Lane, type ProviderId } from "./provider.ts";
import type { Resolution } from "./resolution.ts";
import { MINUTE_MS } from "../../platform/time.ts";

/** Who waits for a flight: `lane` and `account` decide which of a provider's limits apply to it. */
export interface FlightRequest {
  lane: Lane;
  account: boolean;
  /** The provider to ask first. Whoever joins a flight, or comes shortly after it, takes what it brings. */
  prefer?: ProviderId;
}

/** What a flight knows beside its passenger: providers that have just said that they have no such book. */
export interface FlightPlan extends FlightRequest {
  knownAbsentAt?: readonly ProviderId[];
}

/** What a finished flight left behind, kept so that callers who do not see it in KV yet need no second flight. */
export interface LastResult {
  at: number;
  request: FlightRequest;
  resolution: Resolution;
}

export interface FlightDeps {
  resolve(plan: FlightPlan): Promise<Resolution>;
  lastResult: {
    read(): Promise<LastResult | undefined>;
    write(lastResult: LastResult): Promise<void>;
  };
  now(): number;
}

/** KV shows an absence up to a minute late, so a result serves for that long. */
export const LAST_RESULT_MS = MINUTE_MS;
/** A no of one provider, while another could not be asked, is remembered for as long as KV notes an absence. */
export const REMEMBERED_MS = 300_000;
/** A failure is worth another try soon. */
const FAILED_MS = 5000;

/**
 * One flight an ISBN: whoever asks while it is in the air, or shortly after it landed, shares its result. A scan never
 * waits for a flight in the import lane, and a refusal that only concerns callers without an account is not handed
 * to one that has one. Nobody who leaves cancels it.
 */
export function createFlight(deps: FlightDeps): {
  ask(request: FlightRequest): Promise<Resolution>;
} {
  const inFlight = new Map<string, Promise<Resolution>>();

  const fly = async (request: FlightRequest): Promise<Resolution> => {
    const lastResult = await deps.lastResult.read();
    if (lastResult && serves(lastResult, request, deps.now())) return lastResult.resolution;
    const knownAbsentAt = lastResult ? absentAt(lastResult, request, deps.now()) : [];
    const resolution = await deps.resolve(
      knownAbsentAt.length > 0 ? { ...request, knownAbsentAt } : request,
    );
    await deps.lastResult.write({ at: deps.now(), request, resolution });
    return resolution;
  };

  return {
    ask(request) {
      const lane = `${request.lane}:${request.account}`;
      const current =
        inFlight.get(lane) ??
        (request.lane === "import" ? inFlight.get(`scan:${request.account}`) : undefined);
      if (current) return current;
      const flight = fly(request).finally(() => inFlight.delete(lane));
      inFlight.set(lane, flight);
      return flight;
    },
  };
}

function serves(
  { at, request, resolution }: LastResult,
  asking: FlightRequest,
  now: number,
): boolean {
  if (resolution.kind !== "unavailable") return now - at < LAST_RESULT_MS;
  return now - at < FAILED_MS && request.account === asking.account && request.lane === asking.lane;
}

/** An import whose question one provider has left open need not trouble the others another time. */
function absentAt(
  { at, resolution }: LastResult,
  asking: FlightRequest,
  now: number,
): ProviderId[] {
  if (asking.lane !== "import" || resolution.kind !== "unavailable") return [];
  if (now - at >= REMEMBERED_MS) return [];
  return PROVIDER_IDS.filter((id) => resolution.providers[id] === "absent");
}
