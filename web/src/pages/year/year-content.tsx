import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { LibraryStats } from "../../../../client/src/index.ts";
import { formatMonth, formatNumber, formatPartialDate } from "../../i18n/format.ts";
import { Bars } from "../../ui/charts/bars.tsx";
import { Columns } from "../../ui/charts/columns.tsx";
import { Button } from "../../ui/button.tsx";
import { Cover } from "../../ui/cover.tsx";
import { StarsView } from "../../ui/stars.tsx";
import { bookPath } from "../stats/links.ts";
import { text as t } from "./text.ts";
import type { Year, YearBook } from "./year.ts";

type Progress = LibraryStats["period"]["progress"];

/** Number of covers before "Show all", because a year after a large import may have thousands. */
const MAX_COVERS = 120;

export function Content({
  year,
  content,
  progress,
}: {
  year: number;
  content: Year;
  progress: Progress | undefined;
}) {
  return (
    <>
      <Numbers content={content} progress={progress} />
      <Covers books={content.books} />
      {content.best.length > 0 && (
        <Section title={t("best")}>
          <Rows books={content.best} />
        </Section>
      )}
      <div class="year-columns">
        <Section title={t("months")}>
          <Months year={year} content={content} />
        </Section>
        <div class="stack">
          {content.longest && <Extremes {...content} />}
          {content.authors.length > 0 && (
            <Section title={t("authors")}>
              <Bars
                title={t("authors")}
                of={t("author")}
                what={t("booksColumn")}
                bars={content.authors.map(({ name, books }) => ({
                  key: name,
                  name,
                  value: books,
                }))}
              />
            </Section>
          )}
        </div>
      </div>
      <p class="quiet year-local">{t("local")}</p>
    </>
  );
}

function Section({ title, children }: { title: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class="stack year-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** The year in numbers. */
function Numbers({ content, progress }: { content: Year; progress: Progress | undefined }) {
  const again = content.readings - content.books.length;
  const numbers: readonly (readonly [number, NumberName])[] = [
    [content.books.length, "books"],
    [content.pages, "pages"],
    [again, "rereads"],
    [content.averageRating ?? 0, "average"],
    [progress?.days ?? 0, "days"],
    [progress?.minutes ?? 0, "minutes"],
  ];
  return (
    <ul role="list" class="year-numbers">
      {numbers
        .filter(([number]) => number > 0)
        .map(([number, name]) => (
          <li key={name}>
            <strong class="number">{formatNumber(number)}</strong> {t(name, { count: number })}
          </li>
        ))}
    </ul>
  );
}

type NumberName = "books" | "pages" | "rereads" | "average" | "days" | "minutes";

function Covers({ books }: { books: readonly YearBook[] }) {
  const isWhole = useSignal(false);
  const shown = isWhole.value ? books : books.slice(0, MAX_COVERS);
  return (
    <Section title={t("covers")}>
      <ol role="list" class="year-covers">
        {shown.map((book) => (
          <li key={book.isbn}>
            <Cover isbn={book.isbn} title={book.title} size="large" />
            <p class="clamp-2 year-title" dir="auto" title={book.title}>
              <a href={bookPath(book.isbn)}>{book.title}</a>
            </p>
            <p class="quiet year-note">
              {formatPartialDate(book.finishedAt)}
              {book.readings > 1 && ` · ${t("times", { count: book.readings })}`}
            </p>
          </li>
        ))}
      </ol>
      {shown.length < books.length && (
        <div>
          <Button onClick={() => (isWhole.value = true)}>
            {t("showAll", { count: books.length })}
          </Button>
        </div>
      )}
    </Section>
  );
}

const Rows = ({ books }: { books: readonly YearBook[] }) => (
  <ol role="list" class="year-rows">
    {books.map((book) => (
      <Row key={book.isbn} book={book}>
        {book.rating !== undefined && <StarsView rating={book.rating} />}
      </Row>
    ))}
  </ol>
);

function Row({ book, children }: { book: YearBook; children: ComponentChildren }) {
  return (
    <li class="year-row">
      <Cover isbn={book.isbn} title={book.title} />
      <div>
        <p class="clamp-2" dir="auto" title={book.title}>
          <strong>
            <a href={bookPath(book.isbn)}>{book.title}</a>
          </strong>
        </p>
        <p class="quiet clamp-2" dir="auto">
          {book.authors.join(", ")}
        </p>
        {children}
      </div>
    </li>
  );
}

function Extremes({ longest, shortest }: Pick<Year, "longest" | "shortest">) {
  const both = [
    [t("longest"), longest],
    [t("shortest"), shortest === longest ? undefined : shortest],
  ] as const;
  return (
    <Section title={t("extremes")}>
      <ul role="list" class="year-rows">
        {both.map(
          ([name, book]) =>
            book && (
              <Row key={name} book={book}>
                <p class="number">
                  {name} · {t("pageCount", { count: book.pageCount ?? 0 })}
                </p>
              </Row>
            ),
        )}
      </ul>
    </Section>
  );
}

function Months({ year, content }: { year: number; content: Year }) {
  return (
    <Columns
      title={`${t("months")}, ${year}`}
      of={t("month")}
      what={t("readings")}
      points={content.months.map((value, index) => ({
        key: String(index),
        name: formatMonth(index + 1, "long"),
        label: formatMonth(index + 1, "short"),
        short: formatMonth(index + 1, "narrow"),
        value,
      }))}
      rest={content.withoutMonth > 0 ? [{ name: t("noMonth"), value: content.withoutMonth }] : []}
    />
  );
}
