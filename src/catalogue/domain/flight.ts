import { PROVIDER_IDS, type Lane, type ProviderId } from "./provider.ts";
import type { Resolution } from "./resolution.ts";

/** Who waits for a flight: `lane` and `account` decide which of a provider's limits apply to it. */
export interface Passenger {
  lane: Lane;
  account: boolean;
  /** The provider to ask first. Whoever joins a flight, or comes shortly after it, takes what it brings. */
  prefer?: ProviderId;
}

/** What a flight knows beside its passenger: providers that have just said that they have no such book. */
export interface FlightPlan extends Passenger {
  saidNo?: readonly ProviderId[];
}

/** What a finished flight left behind, kept so that callers who do not see it in KV yet need no second flight. */
export interface Landed {
  at: number;
  passenger: Passenger;
  resolution: Resolution;
}

export interface FlightDeps {
  resolve(plan: FlightPlan): Promise<Resolution>;
  landed: { read(): Promise<Landed | undefined>; write(landed: Landed): Promise<void> };
  now(): number;
}

/** KV shows an absence up to a minute late, so a result serves for that long. */
export const LANDED_MS = 60_000;
/** A no of one provider, while another could not be asked, is remembered for as long as KV notes an absence. */
export const REMEMBERED_MS = 300_000;
/** A failure is worth another try soon. */
const FAILED_MS = 5000;

/**
 * One flight an ISBN: whoever asks while it is in the air, or shortly after it landed, shares its result. A scan never
 * waits for a flight in the import lane, and a refusal that only concerns callers without an account is not handed
 * to one that has one. Nobody who leaves cancels it.
 */
export function createFlight(deps: FlightDeps): { ask(passenger: Passenger): Promise<Resolution> } {
  const inTheAir = new Map<string, Promise<Resolution>>();

  const fly = async (passenger: Passenger): Promise<Resolution> => {
    const landed = await deps.landed.read();
    if (landed && serves(landed, passenger, deps.now())) return landed.resolution;
    const saidNo = landed ? whoSaidNo(landed, passenger, deps.now()) : [];
    const resolution = await deps.resolve(saidNo.length > 0 ? { ...passenger, saidNo } : passenger);
    await deps.landed.write({ at: deps.now(), passenger, resolution });
    return resolution;
  };

  return {
    ask(passenger) {
      const lane = `${passenger.lane}:${passenger.account}`;
      const current =
        inTheAir.get(lane) ??
        (passenger.lane === "import" ? inTheAir.get(`scan:${passenger.account}`) : undefined);
      if (current) return current;
      const flight = fly(passenger).finally(() => inTheAir.delete(lane));
      inTheAir.set(lane, flight);
      return flight;
    },
  };
}

function serves({ at, passenger, resolution }: Landed, asking: Passenger, now: number): boolean {
  if (resolution.kind !== "unavailable") return now - at < LANDED_MS;
  return (
    now - at < FAILED_MS && passenger.account === asking.account && passenger.lane === asking.lane
  );
}

/** An import whose question one provider has left open need not trouble the others another time. */
function whoSaidNo({ at, resolution }: Landed, asking: Passenger, now: number): ProviderId[] {
  if (asking.lane !== "import" || resolution.kind !== "unavailable") return [];
  if (now - at >= REMEMBERED_MS) return [];
  return PROVIDER_IDS.filter((id) => resolution.providers[id] === "absent");
}
