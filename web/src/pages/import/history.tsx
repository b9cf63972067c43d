import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { hasEnded, type ImportSnapshot } from "../../../../client/src/index.ts";
import { formatMoment } from "../../i18n/format.ts";
import { session, withApi } from "../../state/api.ts";
import { online } from "../../state/connection.ts";
import { uploads } from "../../state/import-uploads.ts";
import { Button } from "../../ui/button.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { ErrorState, LoadingState, OfflineState } from "../../ui/states.tsx";
import { formatName } from "./formats.ts";
import { text as t } from "./text.ts";

type Loaded =
  | { kind: "loading" }
  | { kind: "failed"; error: unknown }
  | { kind: "ready"; items: readonly ImportSnapshot[]; nextCursor?: string | undefined };

const REFRESH_MS = 5000;

/** The imports of the account, newest first, with their states. */
export function History() {
  const loaded = useSignal<Loaded>({ kind: "loading" });
  const account = session.account.value;
  const load = async (cursor?: string): Promise<void> => {
    const before = loaded.value.kind === "ready" && cursor !== undefined ? loaded.value.items : [];
    try {
      const { items, nextCursor } = await withApi((api) =>
        api.imports.list(cursor === undefined ? {} : { cursor }),
      );
      loaded.value = { kind: "ready", items: [...before, ...items], nextCursor };
    } catch (error) {
      if (loaded.value.kind !== "ready") loaded.value = { kind: "failed", error };
    }
  };
  const isOnline = online.value;
  useEffect(() => {
    if (account && isOnline) void load();
  }, [account?.token, isOnline]);
  const { value: list } = loaded;
  const runs = list.kind === "ready" && list.items.some((job) => !hasEnded(job));
  useEffect(() => {
    if (!runs || !isOnline) return undefined;
    const timer = setInterval(() => void load(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [runs, isOnline]);

  return (
    <section class="stack" aria-labelledby="import-history">
      <h2 id="import-history">{t("history")}</h2>
      {account ? (
        <List list={list} isOnline={isOnline} onLoad={load} />
      ) : (
        <p class="quiet">{t("historyEmpty")}</p>
      )}
    </section>
  );
}

function List({
  list,
  isOnline,
  onLoad,
}: {
  list: Loaded;
  isOnline: boolean;
  onLoad: (cursor?: string) => Promise<void>;
}) {
  if (list.kind === "loading") return isOnline ? <LoadingState rows={2} /> : <OfflineState />;
  if (list.kind === "failed") {
    return <ErrorState error={list.error} onRetry={() => void onLoad()} />;
  }
  if (list.items.length === 0) return <p class="quiet">{t("historyEmpty")}</p>;
  const { nextCursor } = list;
  return (
    <>
      <ul role="list" class="import-history">
        {list.items.map((job) => (
          <Entry key={job.jobId} job={job} />
        ))}
      </ul>
      {nextCursor !== undefined && (
        <div class="row">
          <Button icon="down" onClick={() => void onLoad(nextCursor)}>
            {t("more")}
          </Button>
        </div>
      )}
    </>
  );
}

const ICONS: Readonly<Record<ImportSnapshot["status"], IconName>> = {
  queued: "refresh",
  processing: "refresh",
  completed: "check",
  failed: "warning",
  cancelled: "close",
  previewed: "review",
  undone: "undo",
};

function Entry({ job }: { job: ImportSnapshot }) {
  const { jobId, status, format, totalRows, outcomes, createdAt } = job;
  const name = uploads.nameOf(jobId);
  return (
    <li>
      <a href={`/import/${jobId}`} class="import-entry">
        <Icon name={ICONS[status]} />
        <span class="import-entry-name">
          <span class="clamp-2" dir="auto">
            {formatName(format, { table: t("table"), archive: t("archive") })}
            {name !== undefined && `: ${name}`}
          </span>
          <span class="quiet">
            {formatMoment(createdAt)} · {t("rows", { count: totalRows })}
            {status === "completed" && outcomes.needsReview > 0 && (
              <> · {t("needYou", { count: outcomes.needsReview })}</>
            )}
          </span>
        </span>
        <span>{t(stateOf(job))}</span>
      </a>
    </li>
  );
}

function stateOf({ status, dryRun, undoing }: ImportSnapshot) {
  if (undoing) return "undoing";
  return status === "processing" && dryRun ? "previewing" : status;
}
