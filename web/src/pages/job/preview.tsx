import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { ImportSnapshot } from "../../../../client/src/index.ts";
import { createAttempt } from "../../state/attempt.ts";
import { act } from "../../state/import-jobs.ts";
import { uploads } from "../../state/import-uploads.ts";
import type { UploadOptions } from "../../state/uploads.ts";
import type { WatchedJob } from "../../state/watched-job.ts";
import { AttemptNotice } from "../../ui/attempt-notice.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Columns } from "../import/columns-form.tsx";
import { Assumptions } from "./assumptions.tsx";
import { hasChoices, optionsWith, type ReadingChoices, type RowChoices } from "./choices.ts";
import { Counts } from "./counts.tsx";
import { RowOptions } from "./row-options.tsx";
import { Rows } from "./rows.tsx";
import { text as t } from "./text.ts";

/** What an import would do, the assumptions about its file, and the button that starts it. */
export function Preview({ job, snapshot }: { job: WatchedJob; snapshot: ImportSnapshot }) {
  const { jobId, outcomes } = snapshot;
  const attempt = useMemo(() => createAttempt(), [job]);
  const choices = useSignal<ReadingChoices>({});
  const rowChoices = useSignal<RowChoices>({});
  const namesColumns = useSignal(false);
  const again = usePreviewAgain();
  const sent = uploads.sentOf(jobId);
  const changes = { reading: hasChoices(choices.value), rows: hasRowChoices(rowChoices.value) };

  if (sent && namesColumns.value) {
    return (
      <>
        <AttemptNotice attempt={uploads.attempt} />
        <Columns
          file={sent.file}
          options={optionsWith(sent.options, choices.value, rowChoices.value)}
          onPreview={again}
          onCancel={() => (namesColumns.value = false)}
          cancelText={t("backToPreview")}
        />
      </>
    );
  }
  return (
    <>
      <Counts outcomes={outcomes} />
      <p>
        {t("nothingWritten")} {t("expires")}{" "}
        {outcomes.needsReview > 0 && t("willReview", { count: outcomes.needsReview })}
      </p>
      <Decide
        snapshot={snapshot}
        changes={changes}
        busy={attempt.state.value.kind === "working" || again.isBusy}
        onAgain={
          sent &&
          (() => again(sent.file, optionsWith(sent.options, choices.value, rowChoices.value)))
        }
        onDiscard={() => void act(job, attempt, (imports, call) => imports.cancel(jobId, call))}
        onCommit={() =>
          void act(job, attempt, (imports, call) =>
            imports.commit(jobId, {
              ...call,
              ...(changes.reading ? { options: choices.value } : {}),
            }),
          )
        }
      />
      <AttemptNotice attempt={attempt} />
      {sent && <AttemptNotice attempt={uploads.attempt} />}
      <Assumptions
        assumptions={snapshot.assumptions ?? []}
        choices={choices.value}
        onChange={(next) => (choices.value = next)}
      />
      {sent && snapshot.format === "list" && (
        <div class="row">
          <Button icon="edit" onClick={() => (namesColumns.value = true)}>
            {t("columns")}
          </Button>
        </div>
      )}
      <RowOptions
        before={sent?.options ?? { mode: snapshot.mode }}
        choices={rowChoices.value}
        isFixed={sent === undefined}
        onChange={(next) => (rowChoices.value = next)}
      />
      <Rows snapshot={snapshot} />
    </>
  );
}

const hasRowChoices = (choices: RowChoices): boolean => Object.keys(choices).length > 0;

/** Sends the file again with other options, and shows its new preview in place of this one. */
function usePreviewAgain() {
  const { route } = useLocation();
  const again = (file: File, options: UploadOptions): void => {
    void uploads.send(file, options).then((next) => {
      if (next === undefined) return;
      // The service deletes the old preview after some days.
      route(`/import/${next}`, true);
    });
  };
  return Object.assign(again, {
    isBusy: uploads.upload.value !== undefined && uploads.attempt.state.value.kind === "working",
  });
}

/** The next step: import as previewed, preview with the changes, or discard. */
function Decide({
  snapshot: { totalRows, outcomes },
  changes,
  busy,
  onAgain,
  onDiscard,
  onCommit,
}: {
  snapshot: ImportSnapshot;
  changes: { reading: boolean; rows: boolean };
  busy: boolean;
  /** Absent if the file is no longer available. */
  onAgain: (() => void) | undefined;
  onDiscard: () => void;
  onCommit: () => void;
}) {
  const isChanged = changes.reading || changes.rows;
  const count = totalRows - outcomes.invalid;
  return (
    <div class="job-decide">
      {isChanged && <p role="status">{t(onAgain ? "changed" : "changedNoFile")}</p>}
      <div class="row">
        {isChanged && onAgain && (
          <Button look="primary" icon="refresh" busy={busy} onClick={onAgain}>
            {t("previewAgain")}
          </Button>
        )}
        {!changes.rows && (
          <Button
            look={isChanged && onAgain ? "plain" : "primary"}
            icon="check"
            busy={busy}
            onClick={onCommit}
          >
            {isChanged ? t("commitChosen") : t("commit", { count })}
          </Button>
        )}
        <ButtonLink icon="clock" href="/import">
          {t("notNow")}
        </ButtonLink>
        <Button icon="trash" busy={busy} onClick={onDiscard}>
          {t("discardPreview")}
        </Button>
      </div>
    </div>
  );
}
