import type { GaugeName } from "./metrics.ts";
import type { GaugeSample } from "./prometheus.ts";

/** What the launcher of a service on one machine answers, in the binding `MACHINE`: values that the Worker cannot know. */
export type MachineGauges = Partial<
  Record<Extract<GaugeName, "backup_age_seconds" | "backup_failed">, number>
>;

/** The binding, without the Worker's types: the launcher imports this file too. */
interface Machine {
  fetch(url: string): Promise<{ json(): Promise<unknown> }>;
}

/** Reads them. Empty on Cloudflare, which has no such binding. */
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
