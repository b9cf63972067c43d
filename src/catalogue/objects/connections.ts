import type { DeskDeps } from "../domain/desk/ports.ts";

/**
 * The desk's dependencies that the Durable Object does not provide: the provider, its limits, metrics and error
 * reports.
 */
export type DeskConnections = Pick<
  DeskDeps,
  "provider" | "limits" | "metrics" | "report" | "seedCanaries"
>;
