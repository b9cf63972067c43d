/** A rollout flag as form data. */
import type { FlagState } from "../../../../client/src/index.ts";

export type FlagMode = "off" | "on" | "some";

export interface FlagForm {
  readonly mode: FlagMode;
  readonly percentage: string;
  /** User ids, one per line. */
  readonly allow: string;
}

export function formOf(state: FlagState): FlagForm {
  if (typeof state === "boolean") return { mode: state ? "on" : "off", percentage: "0", allow: "" };
  return {
    mode: "some",
    percentage: String(state.percentage),
    allow: (state.allow ?? []).join("\n"),
  };
}

/** The state of a form; undefined if the percentage is not from 0 to 100. */
export function stateOf({ mode, percentage, allow }: FlagForm): FlagState | undefined {
  if (mode !== "some") return mode === "on";
  const value = Number(percentage.trim().replace(",", "."));
  if (percentage.trim() === "" || !(value >= 0 && value <= 100)) return undefined;
  const ids = allow.split(/[\s,]+/).filter((id) => id !== "");
  return { percentage: value, allow: ids };
}
