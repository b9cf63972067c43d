import { useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Page } from "../../routes.ts";
import { session } from "../../state/api.ts";
import { now } from "../../state/clock.ts";
import { shelf } from "../../state/shelf.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { EmptyState, ErrorState, LoadingState } from "../../ui/states.tsx";
import { statsSource } from "../stats/kept.ts";
import { text as t } from "./text.ts";
import { Content } from "./year-content.tsx";
import { neighbours, parseYear, yearOf, yearsWithBooks } from "./year.ts";
import "./year.css";

/** `/year/:year`: the books of a year on a page that can be printed. */
const YearPage: Page = ({ params }) => {
  const year = parseYear(params["year"]);
  return year === undefined ? <NotAYear /> : <OneYear year={year} />;
};
export default YearPage;

function OneYear({ year }: { year: number }) {
  const phase = shelf.phase.value;
  const years = useComputed(() => yearsWithBooks(shelf.books.value));
  const content = yearOf(shelf.books.value, year);
  const progress = useProgress(year);
  return (
    <div class="stack year">
      <div class="page-head">
        <PageTitle>{t("title", { year: String(year) })}</PageTitle>
        <div class="row year-controls">
          <Years {...neighbours(years.value, year)} />
          {content.books.length > 0 && (
            <Button icon="print" onClick={() => print()}>
              {t("print")}
            </Button>
          )}
        </div>
      </div>
      {phase === "failed" ? (
        <ErrorState error={shelf.error.value} />
      ) : phase === "loading" ? (
        <LoadingState rows={5} />
      ) : content.books.length === 0 ? (
        <Nothing year={year} />
      ) : (
        <Content key={year} year={year} content={content} progress={progress} />
      )}
    </div>
  );
}

/**
 * Pages and minutes from progress in a year: the service sums them, and the device stores the last
 * answer.
 */
function useProgress(year: number) {
  const source = useMemo(statsSource, []);
  useEffect(() => {
    if (session.account.peek()) void source.show({ year });
  }, [year]);
  return source.view.value.stats?.period.progress;
}

const Years = ({ before, after }: { before: number | undefined; after: number | undefined }) => (
  <nav class="row" aria-label={t("nav")}>
    {before !== undefined && (
      <ButtonLink icon="back" href={`/year/${before}`}>
        {String(before)}
      </ButtonLink>
    )}
    {after !== undefined && (
      <ButtonLink icon="forward" href={`/year/${after}`}>
        {String(after)}
      </ButtonLink>
    )}
  </nav>
);

const Nothing = ({ year }: { year: number }) => (
  <EmptyState icon="calendar" title={t("emptyTitle", { year: String(year) })} text={t("empty")}>
    <ButtonLink look="primary" icon="library" href="/">
      {t("toShelf")}
    </ButtonLink>
    <ButtonLink icon="chart" href={`/stats?year=${year}`}>
      {t("stats")}
    </ButtonLink>
  </EmptyState>
);

function NotAYear() {
  const year = String(new Date(now()).getFullYear());
  return (
    <>
      <PageTitle>{t("badTitle")}</PageTitle>
      <p class="quiet">{t("bad")}</p>
      <p>
        <ButtonLink icon="calendar" href={`/year/${year}`}>
          {t("toYear", { year })}
        </ButtonLink>
      </p>
    </>
  );
}
