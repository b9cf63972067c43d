import { useSignal, useSignalEffect } from "@preact/signals";
import { shelf } from "../../state/shelf.ts";
import type { Targets } from "./goal.ts";

/** The goals on this device, with edits that were not sent yet. */
export function useGoals(): readonly ({ readonly year: number } & Targets)[] {
  const goals = useSignal<Awaited<ReturnType<typeof shelf.goals>>>([]);
  useSignalEffect(() => {
    if (shelf.phase.value === "empty" || shelf.revision.value < 0) return;
    void shelf.goals().then((read) => {
      goals.value = read;
    });
  });
  return goals.value;
}
