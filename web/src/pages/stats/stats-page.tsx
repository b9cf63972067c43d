import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useEffect, useMemo } from "preact/hooks";
import { ConnectionError, type LibraryStats } from "../../../../client/src/index.ts";
import { formatMoment } from "../../i18n/format.ts";
import { session } from "../../state/api.ts";
import { now } from "../../state/clock.ts";
import { online } from "../../state/connection.ts";
import { shelf } from "../../state/shelf.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { EmptyState, ErrorState, LoadingState } from "../../ui/states.tsx";
import { TimeCharts } from "./charts.tsx";
import { GoalCard } from "./goal-card.tsx";
import { todayIn } from "./goal.ts";
import { statsSource } from "./kept.ts";
import { Overview } from "./overview.tsx";
import { choiceOf, pathOf, queryOf, yearChoices, type Choice } from "./period.ts";
import { PeriodField } from "./period-field.tsx";
import { ShelfCharts } from "./shelf-charts.tsx";
import type { StatsSource, StatsView } from "./source.ts";
import { text as t } from "./text.ts";
import { useGoals } from "./use-goals.ts";
import "./stats.css";

/** `/stats`: the goal, a period's reading, and the composition of the shelf. */
export default function StatsPage() {
  const { query, route } = useLocation();
  const thisYear = new Date(now()).getFullYear();
  const choice = choiceOf(query, thisYear);
  const year = queryOf(choice, thisYear).year ?? thisYear;
  const source = useStats(choice, thisYear);
  const view = source.view.value;
  const goals = useGoals();
  const stats = view.stats;
  const today = todayIn(stats?.timeZone ?? "", now());
  const years = yearChoices(
    [...(stats?.byYear.map((one) => one.year) ?? []), ...(goals?.map((goal) => goal.year) ?? [])],
    choice,
    thisYear,
  );
  return (
    <div class="stack stats">
      <div class="page-head">
        <PageTitle>{t("title")}</PageTitle>
        <ButtonLink icon="calendar" href={`/year/${year}`}>
          {t("inBooks", { year: String(year) })}
        </ButtonLink>
      </div>
      <div class="stats-top">
        <PeriodField
          choice={choice}
          years={years}
          thisYear={thisYear}
          onChange={(next) => route(pathOf(next, thisYear), true)}
        />
        {goals === undefined ? (
          <LoadingState rows={1} />
        ) : (
          <GoalCard
            key={year}
            year={year}
            stats={stats}
            targets={goals.find((goal) => goal.year === year)}
            today={today}
          />
        )}
      </div>
      <Freshness view={view} />
      <Numbers view={view} onRetry={() => void source.refresh()} />
    </div>
  );
}

/**
 * The statistics of a choice, requested again when the service has received this device's changes.
 */
function useStats(choice: Choice, thisYear: number): StatsSource {
  const source = useMemo(statsSource, []);
  const path = pathOf(choice, thisYear);
  useEffect(() => {
    if (session.account.peek()) void source.show(queryOf(choice, thisYear));
  }, [path]);
  // Changes that the service has received, as opposed to unsent ones.
  const settled = useComputed(() =>
    session.account.value && online.value && (shelf.status.value?.pending ?? 0) === 0
      ? `${session.account.value.userId} ${shelf.revision.value}`
      : undefined,
  );
  const last = useSignal(settled.peek());
  useSignalEffect(() => {
    const now = settled.value;
    if (now === undefined || now === last.peek()) return;
    last.value = now;
    if (source.view.peek().stats ?? source.view.peek().error) void source.refresh();
    else void source.show(queryOf(choice, thisYear));
  });
  return source;
}

/** Shows the date of the numbers, if they are not current. */
function Freshness({ view: { at, isOld } }: { view: StatsView }) {
  const pending = shelf.status.value?.pending ?? 0;
  const isDated = at !== undefined && (isOld || !online.value);
  if (!isDated && pending === 0) return null;
  return (
    <p class="notice" role="status">
      {isDated && t("asOf", { at: formatMoment(at) })}{" "}
      {pending > 0 && t("notYet", { count: pending })}
    </p>
  );
}

interface Shown {
  view: StatsView;
  onRetry: () => void;
}

function Numbers({ view: { stats, error }, onRetry }: Shown) {
  const phase = shelf.phase.value;
  if (phase === "empty") return <NoNumbers />;
  if (stats === undefined) return <NotYet error={error} onRetry={onRetry} />;
  return (
    <>
      {error !== undefined && !(error instanceof ConnectionError) && (
        <ErrorState error={error} onRetry={onRetry} />
      )}
      {stats.books === 0 ? <NoNumbers /> : <Charts stats={stats} />}
    </>
  );
}

function NotYet({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (!online.value || error instanceof ConnectionError) {
    return <EmptyState icon="offline" title={t("emptyTitle")} text={t("needsService")} />;
  }
  return error === undefined ? (
    <LoadingState rows={5} />
  ) : (
    <ErrorState error={error} onRetry={onRetry} />
  );
}

const Charts = ({ stats }: { stats: LibraryStats }) => (
  <>
    <Overview stats={stats} />
    <TimeCharts stats={stats} />
    <ShelfCharts stats={stats} />
  </>
);

const NoNumbers = () => (
  <EmptyState icon="chart" title={t("emptyTitle")} text={t("empty")}>
    <ButtonLink look="primary" icon="plus" href="/add">
      {t("add")}
    </ButtonLink>
  </EmptyState>
);
