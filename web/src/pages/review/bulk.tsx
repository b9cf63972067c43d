import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { formatNumber } from "../../i18n/format.ts";
import { withApi } from "../../state/api.ts";
import { createAttempt } from "../../state/attempt.ts";
import { reviews } from "../../state/reviews.ts";
import { shelf } from "../../state/shelf.ts";
import { AttemptNotice } from "../../ui/attempt-notice.tsx";
import { announce } from "../../ui/announce.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { text as t } from "./text.ts";

type Kind = "keep" | "dismiss";

/** The outcome of a bulk decision. */
interface Outcome {
  readonly settled: number;
  readonly refused: number;
  readonly why: string;
}

/** Keeps or dismisses all rows shown, after a confirmation with their number. */
export function Bulk({
  jobId,
  count,
  onSettled,
}: {
  jobId: string | undefined;
  count: number;
  onSettled: () => Promise<void>;
}) {
  const asks = useSignal<Kind | undefined>(undefined);
  const done = useSignal(0);
  const attempt = useMemo(() => createAttempt(), []);
  const isWorking = attempt.state.value.kind !== "idle";
  const settle = async (kind: Kind): Promise<void> => {
    asks.value = undefined;
    // Single decisions are sent first, because they take precedence over the bulk decision.
    await reviews.flush();
    const outcome = await attempt.run(() => settled(kind, jobId, (rows) => (done.value = rows)));
    if (!outcome) return;
    const { settled: rows, refused, why } = outcome;
    announce(refused === 0 ? t("settled", { count: rows }) : t("refused", { count: refused, why }));
    void shelf.sync().catch(() => undefined);
    await onSettled();
  };
  return (
    <>
      <Button icon="check" busy={isWorking} onClick={() => (asks.value = "keep")}>
        {t("keepAll")}
      </Button>
      <Button icon="trash" busy={isWorking} onClick={() => (asks.value = "dismiss")}>
        {t("dismissAll")}
      </Button>
      {attempt.state.value.kind === "working" && (
        <span class="quiet number">
          {t("settling", { done: formatNumber(done.value), total: formatNumber(count) })}
        </span>
      )}
      <AttemptNotice attempt={attempt} />
      {asks.value && (
        <Ask
          kind={asks.value}
          count={count}
          onClose={() => (asks.value = undefined)}
          onConfirm={(kind) => void settle(kind)}
        />
      )}
    </>
  );
}

function Ask({
  kind,
  count,
  onClose,
  onConfirm,
}: {
  kind: Kind;
  count: number;
  onClose: () => void;
  onConfirm: (kind: Kind) => void;
}) {
  const isKeep = kind === "keep";
  return (
    <Dialog
      title={t(isKeep ? "keepAllTitle" : "dismissAllTitle", { count })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look={isKeep ? "primary" : "danger"} onClick={() => onConfirm(kind)}>
            {t(isKeep ? "confirmKeep" : "confirmDismiss")}
          </Button>
        </>
      }
    >
      <p>{t(isKeep ? "keepAllText" : "dismissAllText")}</p>
    </Dialog>
  );
}

async function settled(
  kind: Kind,
  jobId: string | undefined,
  onRows: (rows: number) => void,
): Promise<Outcome> {
  let rows = 0;
  let refused = 0;
  let why = "";
  const request = { [kind]: true as const, ...(jobId === undefined ? {} : { jobId }) };
  await withApi(async (_api, library) => {
    for await (const result of library.settle(request)) {
      if (result.outcome === "refused") {
        refused += 1;
        why ||= result.problem?.detail ?? "";
      } else rows += 1;
      onRows(rows);
    }
  });
  return { settled: rows, refused, why };
}
