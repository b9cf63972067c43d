import type { GaugeName } from "./metrics.ts";
import type { GaugeSample } from "./prometheus.ts";

/**
 * Values that the Worker cannot know: the launcher of a self-hosted service provides them through
 * the binding `MACHINE`.
 */
export type MachineGauges = Partial<
  Record<Extract<GaugeName, "backup_age_seconds" | "backup_failed">, number>
>;

/** The binding, declared without the Worker's types because the launcher imports this file too. */
interface Machine {
  fetch(url: string): Promise<{ json(): Promise<unknown> }>;
}

/** Reads these gauges. Empty on Cloudflare, which has no such binding. */
export async function machineGauges(env: object): Promise<GaugeSample[]> {
  const { MACHINE } = env as { MACHINE?: Machine };
  if (MACHINE === undefined) return [];
  const answer = (await (await MACHINE.fetch("http://machine/")).json()) as MachineGauges;
  return Object.entries(answer).map(([name, value]) => ({
    name: name as keyof MachineGauges,
    labels: {},
    value,
  }));
}
