import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { ImportRow, ImportSnapshot } from "../../../../client/src/index.ts";
import { withApi } from "../../state/api.ts";
import { createAttempt } from "../../state/attempt.ts";
import { reasonDetail, reasonText, type Reason } from "../../state/reasons/text.ts";
import { AttemptNotice } from "../../ui/attempt-notice.tsx";
import { Button } from "../../ui/button.tsx";
import { LoadingState } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { shownOutcomes, type Outcome } from "./counts.tsx";
import { text as t } from "./text.ts";

/** Number of rows shown at a time. */
const PAGE = 50;

/** The outcome to show first: rows that need the user, or else new books. */
function firstOf(outcomes: readonly Outcome[]): Outcome {
  const wanted: readonly Outcome[] = ["needsReview", "invalid", "created", "updated"];
  return wanted.find((name) => outcomes.includes(name)) ?? "created";
}

/** The rows of a file by outcome, each with its reason. */
export function Rows({ snapshot }: { snapshot: ImportSnapshot }) {
  const { jobId, outcomes } = snapshot;
  const shown = shownOutcomes(outcomes);
  const chosen = useSignal<Outcome | undefined>(undefined);
  const selected =
    chosen.value !== undefined && shown.includes(chosen.value) ? chosen.value : firstOf(shown);
  return (
    <section class="stack" aria-labelledby="job-rows">
      <h2 id="job-rows">{t("rowsTitle")}</h2>
      <Tabs
        label={t("rowsTitle")}
        tabs={shown.map((id) => ({ id, text: t(id), count: outcomes[id] }))}
        selected={selected}
        onSelect={(id) => (chosen.value = id)}
      >
        <RowList key={selected} jobId={jobId} outcome={selected} />
      </Tabs>
    </section>
  );
}

function RowList({ jobId, outcome }: { jobId: string; outcome: Outcome }) {
  const attempt = useMemo(() => createAttempt(), []);
  const rows = useSignal<readonly ImportRow[] | undefined>(undefined);
  const cursor = useSignal<string | undefined>(undefined);
  const load = async (): Promise<void> => {
    const page = await attempt.run((signal) =>
      withApi((api) =>
        api.imports.rowPage(jobId, { outcome, limit: PAGE, cursor: cursor.value, signal }),
      ),
    );
    if (!page) return;
    rows.value = [...(rows.value ?? []), ...page.items];
    cursor.value = page.nextCursor;
  };
  useEffect(() => {
    void load();
    return attempt.stop;
  }, []);
  const isLoading = attempt.state.value.kind === "working";
  return (
    <div class="stack">
      {rows.value?.length === 0 && <p class="quiet">{t("rowsNone")}</p>}
      {rows.value && rows.value.length > 0 && <RowTable rows={rows.value} />}
      {rows.value === undefined && isLoading && <LoadingState rows={3} />}
      <AttemptNotice attempt={attempt} onRetry={() => void load()} />
      {cursor.value !== undefined && (
        <div class="row">
          <Button icon="down" busy={isLoading} onClick={() => void load()}>
            {t("moreRows")}
          </Button>
        </div>
      )}
    </div>
  );
}

export const RowTable = ({ rows }: { rows: readonly ImportRow[] }) => (
  <ul role="list" class="job-rows">
    {rows.map(({ row, line, title, isbn, reason, notes, matchedBy }) => (
      <li key={row} class="job-row">
        <span class="quiet number">
          {t("row", { row: String(row) })}
          {line !== row && `, ${t("line", { line: String(line) })}`}
        </span>
        <span class="clamp-2" dir="auto">
          {title ?? isbn ?? t("untitled")}
        </span>
        {title !== undefined && isbn !== undefined && (
          <span class="quiet number">
            {isbn}
            {matchedBy === "titleAuthor" && `, ${t("matched")}`}
          </span>
        )}
        {reason && <Why reason={reason} />}
        {notes.map((note) => (
          <Why key={note.code} reason={note} />
        ))}
      </li>
    ))}
  </ul>
);

function Why({ reason }: { reason: Reason }) {
  const detail = reasonDetail(reason);
  return (
    <span class="job-why">
      {reasonText(reason)}
      {detail !== undefined && (
        <span class="quiet" lang="en" dir="auto">
          {` ${detail}`}
        </span>
      )}
    </span>
  );
}
