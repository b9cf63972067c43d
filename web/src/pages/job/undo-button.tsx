import { useSignal } from "@preact/signals";
import { act } from "../../state/import-jobs.ts";
import type { Attempt } from "../../state/attempt.ts";
import type { WatchedJob } from "../../state/watched-job.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { text as t } from "./text.ts";

/** Undoes an import after a confirmation that explains the effect. */
export function UndoButton({
  job,
  attempt,
  isRunning = false,
}: {
  job: WatchedJob;
  attempt: Attempt;
  isRunning?: boolean;
}) {
  const asks = useSignal(false);
  const close = (): void => {
    asks.value = false;
  };
  const undo = (): void => {
    close();
    void act(job, attempt, (imports, call) =>
      imports.undo(job.jobId, { ...call, ...(isRunning ? { cancel: true } : {}) }),
    );
  };
  return (
    <>
      <Button icon="undo" look="danger" onClick={() => (asks.value = true)}>
        {t("undo")}
      </Button>
      {asks.value && (
        <Dialog
          title={t("undoTitle")}
          onClose={close}
          actions={
            <>
              <Button onClick={close}>{t("keep")}</Button>
              <Button look="danger" icon="undo" onClick={undo}>
                {t("undoConfirm")}
              </Button>
            </>
          }
        >
          <p>
            {t("undoText")} {isRunning && t("undoRunningText")}
          </p>
        </Dialog>
      )}
    </>
  );
}
