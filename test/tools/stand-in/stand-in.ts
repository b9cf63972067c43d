import type { CallStats } from "./call-record.ts";
import type { FaultRule } from "./fault.ts";
import type { Latency } from "./latency.ts";

/** Behaviour of a provider. */
export interface Behaviour {
  readonly latency?: Latency;
  /** The first rule that matches a call applies. */
  readonly faults?: readonly FaultRule[];
}

/** Controls one of the two providers. */
export interface ProviderControl {
  readonly baseUrl: string;
  stats(): CallStats;
  /** Replaces the behaviour. Without an argument the provider answers immediately and correctly. */
  behave(behaviour?: Behaviour): void;
  forgetCalls(): void;
}

export const STAND_IN_PROVIDERS = ["openlibrary", "google-books"] as const;
export type StandInProvider = (typeof STAND_IN_PROVIDERS)[number];

export interface StandIn extends Record<StandInProvider, ProviderControl> {
  readonly url: string;
  /** Vars that point the service to this stand-in. */
  readonly env: {
    readonly OPEN_LIBRARY_BASE_URL: string;
    readonly GOOGLE_BOOKS_BASE_URL: string;
    readonly COVERS_BASE_URL?: string;
  };
  close(): Promise<void>;
}
