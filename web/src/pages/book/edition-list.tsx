import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { ConflictError } from "../../../../client/src/index.ts";
import type { Book, LibraryBook } from "../../../../client/src/schema.ts";
import { formatLanguage, formatPartialDate } from "../../i18n/format.ts";
import { publicApi, session, withApi } from "../../state/api.ts";
import { online } from "../../state/connection.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button } from "../../ui/button.tsx";
import { Cover } from "../../ui/cover.tsx";
import { TextField } from "../../ui/fields.tsx";
import { ErrorState, LoadingState } from "../../ui/states.tsx";
import { BothValues } from "./attention-part.tsx";
import { moveToEdition, type Moved } from "./edition.ts";
import { useEdits } from "./parts.tsx";
import { text as t } from "./text.ts";
import { useAsked } from "./use-asked.ts";
import type { ShelvedBook } from "./use-book.ts";

/** The other editions of the work, and the move to one of them. */
export default function Editions({
  book,
  isLocal,
  onMoved,
}: {
  book: ShelvedBook;
  isLocal: boolean;
  onMoved: (isbn: string) => void;
}) {
  const move = useMove(book, onMoved);
  const asked = useAsked(isLocal || !online.value ? undefined : book.isbn, (signal) =>
    publicApi.catalogue.editions(book.isbn, { signal }),
  );
  if (!online.value) return <p class="quiet">{t("needsConnection")}</p>;
  const { editions = [], partial } = asked.answer ?? {};
  return (
    <>
      {move.result}
      {asked.isLoading && <LoadingState rows={2} />}
      {asked.error !== undefined && <ErrorState error={asked.error} onRetry={asked.again} />}
      {asked.answer && editions.length === 0 && <p class="quiet">{t("noEditions")}</p>}
      {editions.length > 0 && (
        <ul role="list" class="book-rows">
          {editions.map((edition) => (
            <EditionRow
              key={edition.isbn}
              edition={edition}
              busy={move.busy}
              onMove={() => void move.to(edition.isbn)}
            />
          ))}
        </ul>
      )}
      {partial && <p class="quiet">{t("editionsPartial")}</p>}
      <IsbnForm busy={move.busy} onMove={(isbn) => void move.to(isbn)} />
    </>
  );
}

function EditionRow({
  edition,
  busy,
  onMove,
}: {
  edition: Book;
  busy: boolean;
  onMove: () => void;
}) {
  const { isbn, title, publisher, publishedDate, language, binding, pageCount } = edition;
  const onShelf = shelf.listed(isbn) !== undefined;
  const about = [
    publisher,
    publishedDate && formatPartialDate(publishedDate),
    language && formatLanguage(language),
    binding,
    pageCount && t("pageCount", { count: pageCount }),
  ].filter(Boolean);
  return (
    <li class="book-row book-edition">
      <Cover isbn={isbn} title={title} />
      <div class="grow">
        <p class="clamp-2" dir="auto">
          <a href={`/book/${isbn}`}>{title}</a>
        </p>
        <p class="quiet" dir="auto">
          {about.join(" · ")}
        </p>
        <p class="quiet number">{isbn}</p>
      </div>
      {onShelf ? (
        <span class="quiet">{t("onShelf")}</span>
      ) : (
        <Button busy={busy} aria-label={t("moveTo", { isbn })} onClick={onMove}>
          {t("move")}
        </Button>
      )}
    </li>
  );
}

/** Form for an edition that is not in the list, by ISBN. */
function IsbnForm({ busy, onMove }: { busy: boolean; onMove: (isbn: string) => void }) {
  const typed = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  return (
    <form
      class="book-progress-form book-isbn-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const isbn = typed.value.trim();
        error.value = isbn === "" ? t("isbnMissing") : undefined;
        if (isbn !== "") onMove(isbn);
      }}
    >
      <TextField
        label={t("otherIsbn")}
        hint={t("otherIsbnHint")}
        error={error.value}
        value={typed.value}
        onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
      />
      <Button type="submit" busy={busy}>
        {t("move")}
      </Button>
    </form>
  );
}

/** The move, its failures, and the confirmation when another device has changed the entry. */
function useMove(book: ShelvedBook, onMoved: (isbn: string) => void) {
  const edits = useEdits();
  const busy = useSignal(false);
  const question = useSignal<(Extract<Moved, { kind: "changed" }> & { to: string }) | undefined>(
    undefined,
  );
  const holder = useSignal<string | undefined>(undefined);
  const { route } = useLocation();

  const to = async (isbn: string, agreed?: LibraryBook): Promise<void> => {
    const seen = agreed ?? (await shelf.book(book.isbn));
    if (busy.value || !seen || !session.account.value) return;
    busy.value = true;
    holder.value = undefined;
    question.value = undefined;
    await edits.run(async () => {
      try {
        const moved = await moveToEdition(
          { isbn: book.isbn, to: isbn, seen },
          {
            sync: () => shelf.sync(),
            withLibrary: (work) => withApi((_api, library) => work(library)),
          },
        );
        if (moved.kind === "changed") question.value = { ...moved, to: isbn };
        else {
          announce(t("moved"));
          onMoved(moved.isbn);
        }
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        holder.value = isbn;
      }
    });
    busy.value = false;
  };

  const asked = question.value;
  return {
    busy: busy.value,
    to,
    result: (
      <>
        {edits.result}
        {holder.value !== undefined && (
          <div class="notice notice-error" role="alert">
            <p class="grow">{t("editionTaken")}</p>
            <Button onClick={() => route(`/book/${holder.value}`)}>{t("showBook")}</Button>
          </div>
        )}
        {asked && (
          <div class="notice notice-warning" role="alert">
            <div class="grow stack">
              <p>{t("changedBeforeMove")}</p>
              <BothValues found={asked.found} />
              <div class="row">
                <Button onClick={() => void to(asked.to, asked.seen)}>{t("moveAnyway")}</Button>
                <Button look="quiet" onClick={() => (question.value = undefined)}>
                  {t("cancel")}
                </Button>
              </div>
            </div>
          </div>
        )}
      </>
    ),
  };
}
