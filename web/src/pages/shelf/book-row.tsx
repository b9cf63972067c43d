import type { CSSProperties } from "preact";
import { formatList, formatNumber, formatPartialDate, formatPercent } from "../../i18n/format.ts";
import { editContext, statusEdit } from "../../state/edits.ts";
import type { ListedBook } from "../../state/library.ts";
import { Cover } from "../../ui/cover.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { starsText, StarsSlider } from "../../ui/stars.tsx";
import { useChoice } from "../../ui/use-choice.ts";
import { make } from "./edit-shelf.ts";
import { known } from "./logic/edits.ts";
import { STATUSES, statusOf, type Status } from "./logic/filters.ts";
import { finishedAt } from "./logic/prepared.ts";
import { toggledBook } from "./logic/selection.ts";
import { editing, selection } from "./shelf-state.ts";
import { text as t } from "./text.ts";

interface ItemProps {
  book: ListedBook;
  index: number;
  total: number;
  /** Whether this book has the keyboard focus; only it has tab stops. */
  isCurrent: boolean;
  place: CSSProperties;
}

export const STATUS_ICONS: Readonly<Record<Status, IconName>> = {
  reading: "book",
  want_to_read: "clock",
  completed: "check",
  paused: "pause",
  abandoned: "close",
  none: "more",
};

/** A book as a row, with status, stars and dates editable in place if there is room. */
export const BookRow = (props: ItemProps) => {
  const { book, isCurrent } = props;
  const tabIndex = isCurrent ? 0 : -1;
  const [status, chooseStatus] = useChoice(statusOf(book));
  return (
    <Item {...props} kind="shelf-row">
      <Cover isbn={book.isbn} title={book.title} isKnown={book.confirmed} />
      <div class="shelf-text">
        <Title book={book} tabIndex={tabIndex} />
        <p class="shelf-by">
          <span dir="auto">{formatList(book.authors)}</span>
          {book.rating !== undefined && <Stars rating={book.rating} />}
          <Progress book={book} />
        </p>
      </div>
      <div class="shelf-controls">
        <select
          class="shelf-status"
          aria-label={t("statusOf", { title: book.title })}
          tabIndex={tabIndex}
          value={status}
          onChange={({ currentTarget }) => {
            const next = currentTarget.value as Status;
            void chooseStatus(next, () => setStatus(book, next));
          }}
        >
          {STATUSES.map((one) => (
            <option key={one} value={one}>
              {t(one)}
            </option>
          ))}
        </select>
        <StarsSlider
          label={t("starsOf", { title: book.title })}
          rating={book.rating}
          tabIndex={tabIndex}
          onChange={(rating) => setRating(book, rating)}
        />
        <span class="shelf-rating number" aria-hidden="true">
          {book.rating !== undefined && formatNumber(book.rating)}
        </span>
      </div>
      <button
        type="button"
        class="button button-quiet shelf-edit"
        tabIndex={tabIndex}
        aria-label={t("edit", {
          title: book.title,
          status: t(statusOf(book)),
          dates: datesOf(book) || t("dates"),
        })}
        onClick={() => (editing.value = book.isbn)}
      >
        <Icon name={STATUS_ICONS[statusOf(book)]} />
        <span class="shelf-dates" aria-hidden="true">
          {datesOf(book) || t("dates")}
        </span>
      </button>
    </Item>
  );
};

/** A book as its cover with its title. */
export const BookTile = (props: ItemProps) => {
  const { book, isCurrent } = props;
  return (
    <Item {...props} kind="shelf-tile">
      <Cover isbn={book.isbn} title={book.title} size="large" isKnown={book.confirmed} />
      <Title book={book} tabIndex={isCurrent ? 0 : -1} />
      <p class="shelf-by">
        <span dir="auto">{formatList(book.authors)}</span>
      </p>
    </Item>
  );
};

function Item({
  book,
  index,
  total,
  isCurrent,
  place,
  kind,
  children,
}: ItemProps & { kind: string; children: preact.ComponentChildren }) {
  const isSelected = selection.value?.isbns.has(book.isbn);
  return (
    <li
      class={isSelected ? `${kind} shelf-selected` : kind}
      style={place}
      aria-posinset={index + 1}
      aria-setsize={total}
      data-index={index}
      data-isbn={book.isbn}
    >
      {selection.value && (
        <label class="shelf-check">
          <input
            type="checkbox"
            checked={isSelected}
            tabIndex={isCurrent ? 0 : -1}
            aria-label={t("selectBook", { title: book.title })}
            onChange={() =>
              (selection.value = toggledBook(selection.value ?? { isbns: new Set() }, book.isbn))
            }
          />
        </label>
      )}
      {children}
    </li>
  );
}

const Title = ({ book, tabIndex }: { book: ListedBook; tabIndex: 0 | -1 }) => (
  <a
    class="shelf-book clamp-2"
    href={`/book/${encodeURIComponent(book.isbn)}`}
    dir="auto"
    tabIndex={tabIndex}
  >
    {book.title}
  </a>
);

/** One star and the number, because five stars would not fit on a phone. */
const Stars = ({ rating }: { rating: number }) => (
  <span class="shelf-stars number" role="img" aria-label={starsText(rating)}>
    <Icon name="star" />
    {formatNumber(rating)}
  </span>
);

function Progress({ book }: { book: ListedBook }) {
  const { progress, pageCount, status } = book;
  if (!progress || (status !== "reading" && status !== "paused")) return null;
  const percent =
    progress.percent ??
    (progress.page && pageCount ? (100 * progress.page) / pageCount : undefined);
  if (percent === undefined) return null;
  return (
    <span class="shelf-progress">
      <progress
        class="progress"
        max={100}
        value={percent}
        aria-label={t("progressOf", { title: book.title })}
      />
      <span class="number">{formatPercent(percent / 100)}</span>
    </span>
  );
}

/** "9 Mar 2024" for a finished book, "since 1 Mar 2024" for one that is being read. */
function datesOf(book: ListedBook): string {
  const finished = finishedAt(book);
  const open = book.readings.findLast((reading) => reading.finishedAt === undefined);
  if (open?.startedAt !== undefined && book.status !== "completed") {
    return t("since", { date: formatPartialDate(open.startedAt) });
  }
  return finished === undefined ? "" : formatPartialDate(finished);
}

export function setStatus(book: ListedBook, status: Status): Promise<void> {
  return make(
    [statusEdit(book, known(status), editContext())],
    t("didStatus", { title: book.title, status: t(status) }),
  );
}

export function setRating(book: ListedBook, rating: number | undefined): Promise<void> {
  return make(
    [{ op: "change", isbn: book.isbn, set: { rating: rating ?? null } }],
    t("didRating", { title: book.title, stars: starsText(rating) }),
  );
}
