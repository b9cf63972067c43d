import { useSignal } from "@preact/signals";
import { publicApi } from "../../state/api.ts";
import { online } from "../../state/connection.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { EmptyState, ErrorState, LoadingState, OfflineState } from "../../ui/states.tsx";
import { STATUSES, wordOf } from "../../ui/words/text.ts";
import { About } from "./about-part.tsx";
import { BookHead, type TitleOf } from "./book-head.tsx";
import { useEdits } from "./parts.tsx";
import { text as t } from "./text.ts";
import { useAsked } from "./use-asked.ts";

/** A book that is not on the shelf, with the catalogue's data. */
export function FoundPart({ isbn, Title }: { isbn: string; Title: TitleOf }) {
  const edits = useEdits();
  const isLocal = isbn.startsWith("local-");
  const asked = useAsked(isLocal || !online.value ? undefined : isbn, async (signal) => ({
    book: await publicApi.catalogue.byIsbn(isbn, { signal }),
  }));
  const isAdding = useSignal(false);
  const book = asked.answer?.book;
  if (!book) {
    return (
      <>
        <Title>{t("title")}</Title>
        {asked.isLoading && <LoadingState />}
        {asked.error !== undefined && <ErrorState error={asked.error} onRetry={asked.again} />}
        {!online.value && !isLocal && <OfflineState />}
        {(isLocal || asked.answer) && (
          <EmptyState
            icon="book"
            title={t("missingTitle")}
            text={t(isLocal ? "missing" : "missingEverywhere")}
          >
            {!isLocal && (
              <ButtonLink icon="plus" look="primary" href={`/add?hand=${isbn}`}>
                {t("addByHand")}
              </ButtonLink>
            )}
            <ButtonLink icon="library" href="/">
              {t("toShelf")}
            </ButtonLink>
          </EmptyState>
        )}
      </>
    );
  }
  const other =
    book.workId === undefined
      ? undefined
      : shelf.books.value.find(({ workId }) => workId === book.workId);
  const add = async (status: (typeof STATUSES)[number]): Promise<void> => {
    if (isAdding.value) return;
    isAdding.value = true;
    const { _cacheSource: _source, updatedAt: _updatedAt, ...preview } = book;
    const isAdded = await edits.save({ op: "add", isbn: book.isbn, body: { status }, preview });
    if (isAdded) announce(t("added", { title: book.title }));
    isAdding.value = false;
  };
  return (
    <article class="book">
      <BookHead book={book} Title={Title} />
      <div class="book-controls stack">
        <h2>{t("addToShelf")}</h2>
        <div class="row">
          {STATUSES.slice(0, 3).map((status, index) => (
            <Button
              key={status}
              look={index === 0 ? "primary" : "plain"}
              onClick={() => void add(status)}
            >
              {wordOf(status)}
            </Button>
          ))}
        </div>
        {other && (
          <p class="quiet">
            {t("otherEdition")} <a href={`/book/${other.isbn}`}>{t("showBook")}</a>
          </p>
        )}
        {edits.result}
      </div>
      <div class="book-main">
        <About book={book} />
      </div>
    </article>
  );
}
