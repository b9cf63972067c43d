import { formatList } from "../../i18n/format.ts";
import type { ListedBook } from "../../state/library.ts";
import { shelf } from "../../state/shelf.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Cover } from "../../ui/cover.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { StarsView } from "../../ui/stars.tsx";
import { EmptyState, ErrorState, LoadingState } from "../../ui/states.tsx";
import { text as t } from "./text.ts";
import "./shelf.css";

/** `/`: the books of the user, or what to do first. */
export default function ShelfPage() {
  return (
    <>
      <div class="page-head">
        <PageTitle>{t("title")}</PageTitle>
        {shelf.books.value.length > 0 && (
          <span class="quiet">{t("count", { count: shelf.books.value.length })}</span>
        )}
      </div>
      <Books />
    </>
  );
}

function Books() {
  const phase = shelf.phase.value;
  const books = shelf.books.value;
  const add = (
    <ButtonLink look="primary" icon="plus" href="/add">
      {t("add")}
    </ButtonLink>
  );
  if (phase === "empty") {
    return (
      <EmptyState title={t("startTitle")} text={t("start")}>
        {add}
      </EmptyState>
    );
  }
  if (phase === "loading") return <LoadingState rows={6} />;
  if (phase === "failed") {
    return <ErrorState error={shelf.error.value} onRetry={() => location.reload()} />;
  }
  if (books.length === 0) {
    return (
      <EmptyState title={t("emptyTitle")} text={t("empty")}>
        {add}
      </EmptyState>
    );
  }
  return (
    <ul role="list" class="shelf-rows">
      {books.map((book) => (
        <Row key={book.isbn} book={book} />
      ))}
    </ul>
  );
}

const Row = ({ book }: { book: ListedBook }) => (
  <li class="shelf-row">
    <Cover isbn={book.isbn} title={book.title} />
    <div>
      <p class="clamp-2" dir="auto">
        {book.title}
      </p>
      <p class="quiet" dir="auto">
        {formatList(book.authors)}
      </p>
    </div>
    {book.rating !== undefined && <StarsView rating={book.rating} />}
  </li>
);
