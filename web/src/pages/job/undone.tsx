import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { ImportRow, ImportSnapshot } from "../../../../client/src/index.ts";
import { withApi } from "../../state/api.ts";
import { createAttempt } from "../../state/attempt.ts";
import { AttemptNotice } from "../../ui/attempt-notice.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { LoadingState } from "../../ui/states.tsx";
import { RowTable } from "./rows.tsx";
import { text as t } from "./text.ts";

/** Number of rows per request and per button press. */
const PAGE = 200;
const PAGES = 10;

/** After an undo: the entries that were left unchanged because they had been changed since. */
export function Undone({ snapshot: { jobId } }: { snapshot: ImportSnapshot }) {
  return (
    <>
      <p>{t("undoneText")}</p>
      <div class="row">
        <ButtonLink icon="library" href="/">
          {t("toShelf")}
        </ButtonLink>
        <ButtonLink icon="upload" href="/import">
          {t("another")}
        </ButtonLink>
      </div>
      <Kept jobId={jobId} />
    </>
  );
}

function Kept({ jobId }: { jobId: string }) {
  const attempt = useMemo(() => createAttempt(), []);
  const kept = useSignal<readonly ImportRow[]>([]);
  const seen = useSignal(0);
  const cursor = useSignal<string | undefined>(undefined);
  const hasMore = useSignal(true);
  const look = async (): Promise<void> => {
    for (let pages = 0; pages < PAGES && hasMore.value; pages += 1) {
      const page = await attempt.run((signal) =>
        withApi((api) => api.imports.rowPage(jobId, { limit: PAGE, cursor: cursor.value, signal })),
      );
      if (!page) return;
      kept.value = [...kept.value, ...page.items.filter(({ undo }) => undo === "changedSince")];
      seen.value += page.items.length;
      cursor.value = page.nextCursor;
      hasMore.value = page.nextCursor !== undefined;
    }
  };
  useEffect(() => {
    void look();
    return attempt.stop;
  }, []);
  const isLooking = attempt.state.value.kind === "working";
  return (
    <section class="stack" aria-labelledby="job-kept">
      <h2 id="job-kept">{t("keptTitle")}</h2>
      {kept.value.length > 0 && <RowTable rows={kept.value} />}
      {kept.value.length === 0 && !hasMore.value && <p class="quiet">{t("keptNone")}</p>}
      {isLooking && seen.value === 0 && <LoadingState rows={2} />}
      {hasMore.value && seen.value > 0 && (
        <p class="row">
          <span class="quiet number">{t("keptSearching", { count: seen.value })}</span>
          <Button busy={isLooking} icon="down" onClick={() => void look()}>
            {t("keptMore")}
          </Button>
        </p>
      )}
      <AttemptNotice attempt={attempt} onRetry={() => void look()} />
    </section>
  );
}
