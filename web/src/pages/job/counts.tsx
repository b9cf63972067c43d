import type { ImportOutcomes } from "../../../../client/src/index.ts";
import { formatNumber } from "../../i18n/format.ts";
import { text as t } from "./text.ts";

export const OUTCOMES = [
  "created",
  "updated",
  "unchanged",
  "needsReview",
  "invalid",
  "notProcessed",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The outcomes to show; common ones are included even without rows. */
export const shownOutcomes = (outcomes: ImportOutcomes): Outcome[] =>
  OUTCOMES.filter((name) => outcomes[name] > 0 || name === "created");

/** Rows by outcome, as large figures. */
export const Counts = ({ outcomes }: { outcomes: ImportOutcomes }) => (
  <dl class="job-counts" aria-label={t("counts")}>
    {shownOutcomes(outcomes).map((name) => (
      <div key={name} class={`card job-count job-count-${name}`}>
        <dt>{t(name)}</dt>
        <dd class="number">{formatNumber(outcomes[name])}</dd>
      </div>
    ))}
  </dl>
);
