import { useSignal, useSignalEffect } from "@preact/signals";
import { shelf } from "../../state/shelf.ts";
import type { Targets } from "./goal.ts";

/** The goals on this device, including unsent edits; undefined until the shelf is loaded. */
export function useGoals(): readonly ({ readonly year: number } & Targets)[] | undefined {
  const goals = useSignal<Awaited<ReturnType<typeof shelf.goals>> | undefined>(undefined);
  useSignalEffect(() => {
    const phase = shelf.phase.value;
    if (phase === "empty") goals.value = [];
    if (phase === "empty" || phase === "loading" || shelf.revision.value < 0) return;
    void shelf.goals().then((read) => {
      goals.value = read;
    });
  });
  return goals.value;
}
