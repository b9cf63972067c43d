import { useEffect } from "preact/hooks";
import { hasEnded, type ImportSnapshot } from "../../../../client/src/index.ts";
import { session } from "../../state/api.ts";
import { online } from "../../state/connection.ts";
import { importJob } from "../../state/import-jobs.ts";
import { uploads } from "../../state/import-uploads.ts";
import { noteImport, runningImport } from "../../state/running-import.ts";
import type { WatchedJob } from "../../state/watched-job.ts";
import { AttemptNotice } from "../../ui/attempt-notice.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { EmptyState, LoadingState, OfflineState } from "../../ui/states.tsx";
import { formatName } from "../import/formats.ts";
import { formatPercent } from "../../i18n/format.ts";
import { stageOf, type Stage } from "./stage.ts";
import { Ended } from "./ended.tsx";
import { Preview } from "./preview.tsx";
import { Running } from "./running.tsx";
import { Undone } from "./undone.tsx";
import { text as t } from "./text.ts";
import "./job.css";

/** `/import/:jobId`: an import in any state, from its preview to its end. */
export default function JobPage({ params }: { params: Readonly<Record<string, string>> }) {
  const { jobId = "" } = params;
  const job = importJob(jobId);
  const account = session.account.value;
  useEffect(() => {
    if (account) job.follow();
  }, [job, account?.token]);
  const snapshot = job.snapshot.value;
  // The user sees the end, so other pages need not show it any more.
  const isSeen = runningImport.value?.jobId === jobId && runningImport.value.isDone;
  useEffect(() => {
    if (isSeen) noteImport(undefined);
  }, [isSeen]);
  const stage = snapshot && stageOf(snapshot);
  return (
    <div class="stack">
      <div>
        <a href="/import" class="job-back">
          {t("back")}
        </a>
        <PageTitle>{t(stage ? TITLES[stage] : "title")}</PageTitle>
        {snapshot && <Source snapshot={snapshot} />}
      </div>
      {account ? <Body job={job} /> : <NoAccount />}
    </div>
  );
}

const TITLES = {
  previewing: "titlePreviewing",
  preview: "titlePreview",
  running: "titleRunning",
  undoing: "titleUndoing",
  completed: "titleDone",
  failed: "titleFailed",
  cancelled: "titleCancelled",
  undone: "titleUndone",
} as const satisfies Record<Stage, string>;

function Source({ snapshot }: { snapshot: ImportSnapshot }) {
  const { jobId, format, formatConfidence, totalRows } = snapshot;
  const name = uploads.nameOf(jobId);
  return (
    <p class="quiet job-source">
      <span>
        {t("source", {
          name: formatName(format, { table: t("table"), archive: t("archive") }),
          percent: formatPercent(formatConfidence),
        })}
        : {t("rowCount", { count: totalRows })}
      </span>
      {name !== undefined && <bdi>{name}</bdi>}
    </p>
  );
}

function Body({ job }: { job: WatchedJob }) {
  const snapshot = job.snapshot.value;
  const { kind } = job.watching.state.value;
  return (
    <>
      {(kind === "failed" || kind === "waiting") && (
        <AttemptNotice attempt={job.watching} onRetry={job.follow} isStoppable={false} />
      )}
      {!snapshot && !online.value && <OfflineState />}
      {!snapshot && online.value && kind === "working" && <LoadingState rows={4} />}
      {snapshot && <OfJob key={job.jobId} job={job} snapshot={snapshot} />}
    </>
  );
}

function OfJob({ job, snapshot }: { job: WatchedJob; snapshot: ImportSnapshot }) {
  if (snapshot.status === "previewed") return <Preview job={job} snapshot={snapshot} />;
  if (snapshot.status === "undone") return <Undone snapshot={snapshot} />;
  if (hasEnded(snapshot)) return <Ended job={job} snapshot={snapshot} />;
  return <Running job={job} snapshot={snapshot} />;
}

const NoAccount = () => (
  <EmptyState icon="upload" title={t("noAccount")} text={t("noAccountText")}>
    <ButtonLink look="primary" icon="upload" href="/import">
      {t("another")}
    </ButtonLink>
  </EmptyState>
);
