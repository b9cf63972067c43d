import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LibraryStats } from "../../../../client/src/index.ts";
import { formatNumber } from "../../i18n/format.ts";
import { session, withApi } from "../../state/api.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { EmptyState, ErrorState, LoadingState } from "../../ui/states.tsx";
import { text as t } from "./text.ts";

/** `/stats`: the totals of the shelf. */
export default function StatsPage() {
  return (
    <div class="stack">
      <PageTitle>{t("title")}</PageTitle>
      {session.account.value ? <Totals /> : <NoNumbers />}
    </div>
  );
}

const NoNumbers = () => (
  <EmptyState icon="chart" title={t("emptyTitle")} text={t("empty")}>
    <ButtonLink look="primary" icon="plus" href="/add">
      {t("add")}
    </ButtonLink>
  </EmptyState>
);

function Totals() {
  const stats = useSignal<LibraryStats | undefined>(undefined);
  const error = useSignal<unknown>(undefined);
  const load = async (): Promise<void> => {
    error.value = undefined;
    try {
      stats.value = await withApi((_api, library) => library.stats());
    } catch (failure) {
      error.value = failure;
    }
  };
  useEffect(() => void load(), []);
  if (error.value !== undefined) {
    return <ErrorState error={error.value} onRetry={() => void load()} />;
  }
  if (!stats.value) return <LoadingState />;
  if (stats.value.books === 0) return <NoNumbers />;
  const rows = [
    [t("books"), stats.value.books],
    [t("readings"), stats.value.readings],
    [t("pages"), stats.value.pages],
  ] as const;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("what")}</th>
          <th scope="col">{t("number")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([what, number]) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td>{formatNumber(number)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
