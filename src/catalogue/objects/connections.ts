import type { DeskDeps } from "../domain/desk/ports.ts";

/** What a desk needs beyond what its object has: the provider, its limits, and who is told what happens. */
export type DeskConnections = Pick<DeskDeps, "provider" | "limits" | "metrics" | "report">;
