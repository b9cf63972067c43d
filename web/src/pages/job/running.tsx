import { useMemo } from "preact/hooks";
import type { ImportSnapshot } from "../../../../client/src/index.ts";
import { formatNumber } from "../../i18n/format.ts";
import { createAttempt } from "../../state/attempt.ts";
import { act } from "../../state/import-jobs.ts";
import type { WatchedJob } from "../../state/watched-job.ts";
import { AttemptNotice, useNow } from "../../ui/attempt-notice.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Counts } from "./counts.tsx";
import { leftOf, lookupsOf, silentSeconds, stageOf } from "./stage.ts";
import { UndoButton } from "./undo-button.tsx";
import { text as t } from "./text.ts";

const BARS = {
  previewing: "progressPreviewed",
  undoing: "progressUndone",
  running: "progressShelved",
} as const;

/** A running import: two progress bars, the current activity, and the cancel button. */
export function Running({ job, snapshot }: { job: WatchedJob; snapshot: ImportSnapshot }) {
  const attempt = useMemo(() => createAttempt(), [job]);
  const stage = stageOf(snapshot);
  const isImport = stage === "running";
  const lookups = isImport ? lookupsOf(snapshot) : undefined;
  const isShelved = snapshot.phase === "enriching";
  const done =
    stage === "undoing"
      ? Math.round(snapshot.progress * snapshot.totalRows)
      : snapshot.processedRows;
  return (
    <>
      <div class="card stack">
        <Bar
          label={t(stage === "previewing" || stage === "undoing" ? BARS[stage] : BARS.running)}
          done={done}
          total={snapshot.totalRows}
        />
        {isImport && lookups && (
          <Bar label={t("progressLooked")} done={lookups.done} total={lookups.total} />
        )}
        <News job={job} snapshot={snapshot} />
        {isImport && isShelved && <p role="status">{t("onShelf")}</p>}
        <p class="quiet">{t("goesOn")}</p>
      </div>
      {isImport && <Counts outcomes={snapshot.outcomes} />}
      <AttemptNotice attempt={attempt} />
      {stage !== "undoing" && (
        <div class="row">
          <Button
            icon="close"
            busy={attempt.state.value.kind === "working"}
            onClick={() =>
              void act(job, attempt, (imports, call) => imports.cancel(job.jobId, call))
            }
          >
            {t(isImport ? "cancel" : "discard")}
          </Button>
          {isImport && <UndoButton job={job} attempt={attempt} isRunning />}
          {isImport && isShelved && (
            <ButtonLink icon="library" href="/">
              {t("toShelf")}
            </ButtonLink>
          )}
        </div>
      )}
      {isImport && <p class="quiet">{t("cancelHint")}</p>}
    </>
  );
}

const Bar = ({ label, done, total }: { label: string; done: number; total: number }) => (
  <div class="job-bar">
    <p class="row">
      <strong>{label}</strong>
      <span class="quiet number">
        {t("of", { done: formatNumber(done), total: formatNumber(total) })}
      </span>
    </p>
    <progress class="progress" value={done} max={Math.max(1, total)} aria-label={label} />
  </div>
);

/** The current activity and the remaining time, or the time since the last update. */
function News({ job, snapshot }: { job: WatchedJob; snapshot: ImportSnapshot }) {
  const silent = silentSeconds(job.heardAt.value, useNow());
  const left = leftOf(snapshot.etaSeconds);
  if (silent !== undefined) return <p class="quiet number">{t("silent", { count: silent })}</p>;
  const { currentTitle } = snapshot;
  return (
    <p class="quiet job-news">
      {currentTitle !== undefined && <bdi class="job-now">{t("now", { title: currentTitle })}</bdi>}
      {left && <span class="number">{t(left.unit, { count: left.count })}</span>}
    </p>
  );
}
