import { useMemo } from "preact/hooks";
import type { ImportSnapshot } from "../../../../client/src/index.ts";
import { formatNumber } from "../../i18n/format.ts";
import { withApi } from "../../state/api.ts";
import { createAttempt } from "../../state/attempt.ts";
import { act } from "../../state/import-jobs.ts";
import type { WatchedJob } from "../../state/watched-job.ts";
import { AttemptNotice } from "../../ui/attempt-notice.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { Counts } from "./counts.tsx";
import { Rows } from "./rows.tsx";
import { hasRest, lookupsOf } from "./stage.ts";
import { UndoButton } from "./undo-button.tsx";
import { text as t } from "./text.ts";

/** The outcome of every row, and the actions for the user. */
export function Ended({ job, snapshot }: { job: WatchedJob; snapshot: ImportSnapshot }) {
  const attempt = useMemo(() => createAttempt(), [job]);
  const { outcomes, enrichment, error, status, dryRun } = snapshot;
  const failedRows = outcomes.needsReview + outcomes.invalid;
  return (
    <>
      {error && (
        <p class="notice notice-error" lang="en">
          {t("failedWith", { detail: error.text })}
        </p>
      )}
      {status === "cancelled" && dryRun && <p>{t("discarded")}</p>}
      <Counts outcomes={outcomes} />
      {lookupsOf(snapshot) && (
        <p class="quiet">
          {t("progressLooked")}:{" "}
          {t("lookedUp", {
            done: formatNumber(enrichment.done),
            notFound: formatNumber(enrichment.notFound),
            deferred: formatNumber(enrichment.deferred + enrichment.pending),
          })}
        </p>
      )}
      <div class="row">
        {outcomes.needsReview > 0 && !dryRun && (
          <ButtonLink look="primary" icon="review" href={`/review?import=${job.jobId}`}>
            {t("review", { count: outcomes.needsReview })}
          </ButtonLink>
        )}
        <ButtonLink icon="library" href="/">
          {t("toShelf")}
        </ButtonLink>
        <ButtonLink icon="upload" href="/import">
          {t("another")}
        </ButtonLink>
      </div>
      <AttemptNotice attempt={attempt} />
      {!dryRun && (
        <Actions
          job={job}
          attempt={attempt}
          failedRows={failedRows}
          isRetryable={hasRest(snapshot)}
        />
      )}
      <Rows key={snapshot.attempt} snapshot={snapshot} />
    </>
  );
}

function Actions({
  job,
  attempt,
  failedRows,
  isRetryable,
}: {
  job: WatchedJob;
  attempt: ReturnType<typeof createAttempt>;
  failedRows: number;
  isRetryable: boolean;
}) {
  const { jobId } = job;
  const busy = attempt.state.value.kind === "working";
  const retry = (): void => {
    void act(job, attempt, (imports, call) => imports.retry(jobId, call));
  };
  const download = async (): Promise<void> => {
    const csv = await attempt.run((signal) =>
      withApi((api) => api.imports.failedCsv(jobId, { signal })),
    );
    if (csv !== undefined) saveFile("bookstrack-failed-rows.csv", "text/csv", csv);
  };
  return (
    <div class="stack">
      <div class="row">
        {failedRows > 0 && (
          <Button icon="download" busy={busy} onClick={() => void download()}>
            {t("failedCsv")}
          </Button>
        )}
        {isRetryable && (
          <Button icon="refresh" busy={busy} onClick={retry}>
            {t("retry")}
          </Button>
        )}
        <UndoButton job={job} attempt={attempt} />
      </div>
      {isRetryable && (
        <p class="quiet job-hint">
          {failedRows > 0 && t("failedHint")} {t("retryHint")}
        </p>
      )}
    </div>
  );
}
