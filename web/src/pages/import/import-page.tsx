import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { ImportSnapshot } from "../../../../client/src/index.ts";
import { formatPercent } from "../../i18n/format.ts";
import { uploads } from "../../state/import-uploads.ts";
import { chosenFile } from "../../state/running-import.ts";
import { takeSharedFile } from "../../state/shared-file.ts";
import { UnreadableFileError, type Upload, type UploadOptions } from "../../state/uploads.ts";
import { announce } from "../../ui/announce.tsx";
import { AttemptNotice } from "../../ui/attempt-notice.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { Columns } from "./columns-form.tsx";
import { History } from "./history.tsx";
import { fileProblem, MAX_MB, tableProblemOf } from "./chosen-file.ts";
import { ExportHelp } from "./export-help.tsx";
import { text as t } from "./text.ts";
import "./import.css";

/** `/import`: choose or drop a file, follow its upload, and see past imports. */
export default function ImportPage() {
  const { query, route } = useLocation();
  const problem = useSignal<string | undefined>(undefined);
  const same = useSignal<{ file: File; job: ImportSnapshot } | undefined>(undefined);

  const send = async (file: File, options: UploadOptions = {}): Promise<void> => {
    problem.value = undefined;
    same.value = undefined;
    announce(t("sending", { name: file.name }));
    const jobId = await uploads.send(file, options);
    // The user may be on another page by now; the preview is in the list of imports.
    if (jobId !== undefined && location.pathname === "/import") route(`/import/${jobId}`);
  };
  const take = async (file: File): Promise<void> => {
    if (uploads.upload.value && uploads.attempt.state.value.kind !== "failed") return;
    uploads.stop();
    same.value = undefined;
    problem.value = fileProblem(file);
    if (problem.value !== undefined) return;
    const job = await uploads.runningImportOf(file).catch(() => undefined);
    if (job) same.value = { file, job };
    else await send(file);
  };

  const dropped = chosenFile.value;
  useEffect(() => {
    if (!dropped) return;
    chosenFile.value = undefined;
    void take(dropped);
  }, [dropped]);

  const isShared = query["shared"] !== undefined;
  useEffect(() => {
    if (!isShared) return;
    // A reload must not request the shared file again.
    route("/import", true);
    void takeSharedFile().then(async (file) => {
      if (file) await take(file);
      else problem.value = t("sharedLost");
    });
  }, [isShared]);

  const upload = uploads.upload.value;
  return (
    <div class="stack">
      <PageTitle>{t("title")}</PageTitle>
      <p class="import-lead">{t("lead")}</p>
      {problem.value !== undefined && (
        <p class="notice notice-error" role="alert">
          {problem.value}
        </p>
      )}
      {same.value && <SameFile {...same.value} onAgain={(file) => void send(file)} />}
      {upload ? (
        <Sending upload={upload} onSend={(file, options) => void send(file, options)} />
      ) : (
        <DropZone onFile={(file) => void take(file)} />
      )}
      <ExportHelp />
      <History />
    </div>
  );
}

/** The drop zone with its button. Files can be dropped anywhere in the app. */
function DropZone({ onFile }: { onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="import-drop">
      <Icon name="upload" />
      <p class="import-drop-title">{t("drop")}</p>
      <p class="quiet">{t("dropAnywhere")}</p>
      <input
        ref={input}
        type="file"
        class="import-input"
        aria-label={t("choose")}
        tabIndex={-1}
        accept=".csv,.tsv,.txt,.json,.ndjson,text/csv,text/plain,text/tab-separated-values,application/json,application/x-ndjson"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // Allows the same file to be chosen again.
          currentTarget.value = "";
          if (file) onFile(file);
        }}
      />
      <Button look="primary" icon="upload" onClick={() => input.current?.click()}>
        {t("choose")}
      </Button>
      <p class="quiet">{t("limits", { mb: MAX_MB })}</p>
    </div>
  );
}

function SameFile({
  file,
  job,
  onAgain,
}: {
  file: File;
  job: ImportSnapshot;
  onAgain: (file: File) => void;
}) {
  const isPreview = job.status === "previewed";
  return (
    <div class="notice notice-warning" role="alert">
      <span class="grow">{t(isPreview ? "samePreviewed" : "sameRuns", { name: file.name })}</span>
      <div class="row">
        <ButtonLink look="primary" href={`/import/${job.jobId}`}>
          {t("show")}
        </ButtonLink>
        {isPreview && <Button onClick={() => onAgain(file)}>{t("again")}</Button>}
      </div>
    </div>
  );
}

/** A file being uploaded, what the upload is waiting for, or why the file was not accepted. */
function Sending({
  upload: { file, options, sent },
  onSend,
}: {
  upload: Upload;
  onSend: (file: File, options: UploadOptions) => void;
}) {
  const state = uploads.attempt.state.value;
  const error = state.kind === "failed" ? state.error : undefined;
  const table = tableProblemOf(error);
  if (table?.isTable) {
    return (
      <Columns
        file={file}
        options={options}
        problem={table}
        onPreview={onSend}
        onCancel={uploads.stop}
        cancelText={t("other")}
      />
    );
  }
  if (error instanceof UnreadableFileError || table) {
    return (
      <div class="notice notice-error" role="alert">
        <div class="grow">
          <p>{table ? table.text : t("unreadable", { name: file.name })}</p>
          {table && (
            <p class="quiet" lang="en">
              {t("serviceSays", { detail: table.detail })}
            </p>
          )}
        </div>
        <Button onClick={uploads.stop}>{t("other")}</Button>
      </div>
    );
  }
  return (
    <div class="card stack">
      {error === undefined && (
        <>
          <p class="row">
            <strong dir="auto" class="import-name">
              {sent < 1 ? t("sending", { name: file.name }) : t("reading", { name: file.name })}
            </strong>
            <span class="quiet number">{t("sent", { percent: formatPercent(sent) })}</span>
          </p>
          <progress
            class="progress"
            value={sent}
            max={1}
            aria-label={t("sending", { name: file.name })}
          />
        </>
      )}
      <AttemptNotice
        attempt={uploads.attempt}
        onRetry={() => onSend(file, options)}
        isStoppable={false}
      />
      <div class="row">
        <Button onClick={uploads.stop}>{t(error === undefined ? "stop" : "other")}</Button>
      </div>
    </div>
  );
}
