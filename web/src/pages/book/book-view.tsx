import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import type { LibraryBook } from "../../../../client/src/schema.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { later } from "../../ui/later.tsx";
import { ErrorState, LoadingState } from "../../ui/states.tsx";
import { uiText } from "../../ui/text.ts";
import { AboutPart, SourcesPart } from "./about-part.tsx";
import { AttentionPart } from "./attention-part.tsx";
import { BookHead, type TitleOf } from "./book-head.tsx";
import { CopyPart } from "./copy-part.tsx";
import { EditionPart } from "./edition-part.tsx";
import { FoundPart } from "./found-part.tsx";
import { ManagePart } from "./manage-part.tsx";
import { useEdits } from "./parts.tsx";
import { ProgressPart } from "./progress-part.tsx";
import { ReadingPart } from "./reading-part.tsx";
import { broughtBack } from "./removal.ts";
import { SeriesPart } from "./series-part.tsx";
import { StatusPart } from "./status-part.tsx";
import { TagPart } from "./tag-part.tsx";
import { TextPart } from "./text-part.tsx";
import { text as t } from "./text.ts";
import { useBook, type ShelvedBook } from "./use-book.ts";
import "./book.css";

const OwnPart = later(() => import("./own-part.tsx"));

/** One book, on the shelf or not. */
export function BookView({ isbn, Title }: { isbn: string; Title: TitleOf }) {
  const book = useBook(isbn);
  const removed = useSignal<{ book: LibraryBook; wasSent: boolean } | undefined>(undefined);
  const edits = useEdits();
  const { route } = useLocation();
  const phase = shelf.phase.value;

  const remove = async (): Promise<void> => {
    const whole = await shelf.book(isbn);
    const before = shelf.status.value?.pending ?? 0;
    if (!whole || !(await edits.save({ op: "delete", isbn }))) return;
    const wasSent = (shelf.status.value?.pending ?? 0) >= before;
    removed.value = { book: whole, wasSent };
    announce(t("removed", { title: whole.title }));
  };
  const restore = async ({ book: gone, wasSent }: { book: LibraryBook; wasSent: boolean }) => {
    if (!(await edits.save(...broughtBack(gone, wasSent)))) return;
    announce(t("restored", { title: gone.title }));
    if (isbn.startsWith("local-") && !wasSent) route("/");
    else removed.value = undefined;
  };

  if (removed.value && !book) {
    const gone = removed.value;
    return (
      <div class="stack">
        <Title>{gone.book.title}</Title>
        <div class="notice">
          <span class="grow" dir="auto">
            {t("removed", { title: gone.book.title })} {t("removedHint")}
          </span>
          <Button icon="undo" onClick={() => void restore(gone)}>
            {uiText("undo")}
          </Button>
        </div>
        {edits.result}
        <div class="row">
          <ButtonLink icon="library" href="/">
            {t("toShelf")}
          </ButtonLink>
        </div>
      </div>
    );
  }
  if (book) {
    return (
      <Shelved
        book={book}
        Title={Title}
        onRemove={() => void remove()}
        onMoved={(moved) => route(`/book/${moved}`, true)}
      />
    );
  }
  if (phase === "loading" || phase === "failed") {
    return (
      <>
        <Title>{t("title")}</Title>
        {phase === "loading" ? (
          <LoadingState rows={5} />
        ) : (
          <ErrorState error={shelf.error.value} onRetry={() => location.reload()} />
        )}
      </>
    );
  }
  return (
    <div class="stack">
      <AttentionPart isbn={isbn} />
      <FoundPart isbn={isbn} Title={Title} />
    </div>
  );
}

function Shelved({
  book,
  Title,
  onRemove,
  onMoved,
}: {
  book: ShelvedBook;
  Title: TitleOf;
  onRemove: () => void;
  onMoved: (isbn: string) => void;
}) {
  const { isbn } = book;
  const isBeingRead = book.status === "reading" || book.status === "paused";
  return (
    <article class="book">
      <BookHead book={book} Title={Title} />
      <div class="book-controls">
        <StatusPart book={book} />
      </div>
      <div class="book-main">
        <AttentionPart isbn={isbn} />
        {(isBeingRead || book.progress) && <ProgressPart book={book} />}
        <ReadingPart isbn={isbn} readings={book.readings} />
        <TextPart isbn={isbn} field="review" shown={book.review} />
        <TextPart isbn={isbn} field="notes" shown={book.notes} />
        <TagPart isbn={isbn} tags={book.tags} />
        <div class="book-more">
          {!book.confirmed && <OwnPart book={book} />}
          <AboutPart book={book} />
          <CopyPart book={book} />
          <SeriesPart book={book} />
          <EditionPart book={book} onMoved={onMoved} />
          <SourcesPart book={book} />
        </div>
        <ManagePart book={book} onRemove={onRemove} />
      </div>
    </article>
  );
}
