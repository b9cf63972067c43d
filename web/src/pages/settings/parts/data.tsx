import { useSignal } from "@preact/signals";
import type { ExportFormat, QuotaUsage } from "../../../../../client/src/index.ts";
import { formatMegabytes, formatMoment, formatNumber } from "../../../i18n/format.ts";
import { withApi } from "../../../state/api.ts";
import { shelf } from "../../../state/shelf.ts";
import { announce } from "../../../ui/announce.tsx";
import { Button, ButtonLink } from "../../../ui/button.tsx";
import { ErrorState } from "../../../ui/states.tsx";
import type { en } from "../en.ts";
import { useLoaded } from "../loaded.ts";
import { shareOf } from "../logic.ts";
import { text as t } from "../text.ts";
import { Section, WhenLoaded } from "./section.tsx";

/** The formats of an export, with their texts. */
const FORMATS = [
  ["csv", "exportCsv"],
  ["json", "exportJson"],
  ["ndjson", "exportNdjson"],
  ["archive", "exportArchive"],
] as const;

/** Export and trash. */
export const Data = () => (
  <Section title={t("data")}>
    <Export />
    <h3>{t("trash")}</h3>
    <p>{t("trashText")}</p>
    <div class="row">
      <ButtonLink icon="trash" href="/trash">
        {t("openTrash")}
      </ButtonLink>
    </div>
  </Section>
);

function Export() {
  const error = useSignal<unknown>(undefined);
  const waiting = shelf.status.value?.pending ?? 0;
  const start = async (format: ExportFormat): Promise<void> => {
    error.value = undefined;
    try {
      const { url } = await withApi((_api, library) => library.exportTicket(format));
      download(url);
      announce(t("exportStarted"));
    } catch (failure) {
      error.value = failure;
    }
  };
  return (
    <>
      <h3>{t("export")}</h3>
      <p>{t("exportText")}</p>
      {waiting > 0 && <p class="notice notice-warning">{t("exportWaiting", { count: waiting })}</p>}
      <div class="settings-actions">
        {FORMATS.map(([format, text]) => (
          <Button key={format} icon="download" onClick={() => void start(format)}>
            {t(text)}
          </Button>
        ))}
      </div>
      {error.value !== undefined && <ErrorState error={error.value} />}
    </>
  );
}

/** The browser streams it to a file, so a large library is never in memory. */
function download(url: string): void {
  const link = document.createElement("a");
  link.href = new URL(url, location.origin).href;
  link.download = "";
  link.click();
}

/** The usage of each quota. */
export function Usage() {
  const loaded = useLoaded(() => withApi((api) => api.accounts.usage()));
  return (
    <Section title={t("usage")}>
      <WhenLoaded loaded={loaded}>
        {(quotas) => (
          <ul role="list" class="settings-rows">
            {quotas.map((quota) => (
              <QuotaRow key={quota.quota} quota={quota} />
            ))}
          </ul>
        )}
      </WhenLoaded>
    </Section>
  );
}

const QUOTAS = [
  "importRows",
  "importBytes",
  "openImports",
  "entries",
  "progress",
  "trashBytes",
  "tokens",
  "waitingRows",
  "googleQuestions",
  "openLibraryQuestions",
  "changes",
] as const satisfies readonly (keyof typeof en)[];

function QuotaRow({ quota }: { quota: QuotaUsage }) {
  const { quota: name, used, limit, resetsAt } = quota;
  const known = QUOTAS.find((each) => each === name);
  const share = shareOf(quota);
  const amount = name.endsWith("Bytes") ? formatMegabytes : formatNumber;
  return (
    <li class="settings-quota">
      <p>{known === undefined ? name : t(known)}</p>
      <p class="number quiet">
        {limit === null
          ? t("usageNoLimit", { used: amount(used) })
          : t("usageOf", { used: amount(used), limit: amount(limit) })}
        {resetsAt !== undefined && ` · ${t("resets", { date: formatMoment(resetsAt) })}`}
      </p>
      {share !== undefined && (
        <progress
          class="progress"
          value={share}
          aria-label={known === undefined ? name : t(known)}
        />
      )}
    </li>
  );
}
