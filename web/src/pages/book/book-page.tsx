import { formatList } from "../../i18n/format.ts";
import { shelf } from "../../state/shelf.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Cover } from "../../ui/cover.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { StarsSlider } from "../../ui/stars.tsx";
import { EmptyState, LoadingState } from "../../ui/states.tsx";
import { text as t } from "./text.ts";

/** `/book/:isbn`: one book. */
export default function BookPage({ params }: { params: Readonly<Record<string, string>> }) {
  const isbn = params["isbn"] ?? "";
  const book = shelf.listed(isbn);
  if (shelf.phase.value === "loading") return <LoadingState />;
  if (!book) {
    return (
      <>
        <PageTitle>{t("title")}</PageTitle>
        <EmptyState icon="book" title={t("missingTitle")} text={t("missing")}>
          <ButtonLink icon="library" href="/">
            {t("toShelf")}
          </ButtonLink>
        </EmptyState>
      </>
    );
  }
  return (
    <div class="stack">
      <Cover isbn={isbn} title={book.title} size="large" />
      <PageTitle>{book.title}</PageTitle>
      <p class="quiet" dir="auto">
        {formatList(book.authors)}
      </p>
      <StarsSlider
        rating={book.rating}
        onChange={(rating) =>
          void shelf.edit({ op: "change", isbn, set: { rating: rating ?? null } })
        }
      />
    </div>
  );
}
