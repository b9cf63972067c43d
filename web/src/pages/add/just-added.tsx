import { signal } from "@preact/signals";
import { formatList } from "../../i18n/format.ts";
import { online } from "../../state/connection.ts";
import { textOfProblem } from "../../state/problem-texts.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button, ButtonLink, IconButton } from "../../ui/button.tsx";
import { Cover } from "../../ui/cover.tsx";
import { Icon } from "../../ui/icon.tsx";
import { STATUSES, wordOf, type Status } from "../../ui/words/text.ts";
import { text as t } from "./text.ts";

/** ISBNs of the books added since the app was opened, latest first. */
const justAdded = signal<readonly string[]>([]);

export function noteAdded(...isbns: string[]): void {
  justAdded.value = [...isbns, ...justAdded.value.filter((isbn) => !isbns.includes(isbn))];
}

/** Additions that the service has refused, including those of earlier visits. */
const refusedIsbns = (): string[] =>
  shelf.attention.value
    .filter(({ edit, type }) => edit.op === "add" && type === "refused")
    .map(({ target }) => target);

/** Books waiting to be looked up. */
const waitingIsbns = (): string[] =>
  shelf.books.value.filter(({ isbn, title }) => isbn === title).map(({ isbn }) => isbn);

/** Books just added, waiting or refused, each with the next step. */
export function JustAdded() {
  const isbns = [...new Set([...justAdded.value, ...refusedIsbns(), ...waitingIsbns()])];
  if (isbns.length === 0) return null;
  return (
    <section aria-labelledby="just-added" class="stack" tabIndex={-1}>
      <div class="page-head add-head">
        <h2 id="just-added">{t("justAdded")}</h2>
        <ButtonLink icon="library" href="/">
          {t("toShelf")}
        </ButtonLink>
      </div>
      <ul role="list">
        {isbns.map((isbn) => (
          <AddedRow key={isbn} isbn={isbn} />
        ))}
      </ul>
    </section>
  );
}

function AddedRow({ isbn }: { isbn: string }) {
  const book = shelf.listed(isbn);
  const refused = shelf.attention.value.find(
    ({ target, edit }) => target === isbn && edit.op === "add",
  );
  if (refused) return <RefusedRow isbn={isbn} id={refused.id} problem={refused.problem} />;
  if (!book) return null;
  const isWaiting = book.title === isbn;
  const undo = async (): Promise<void> => {
    await shelf.edit({ op: "delete", isbn });
    justAdded.value = justAdded.value.filter((one) => one !== isbn);
    announce(t("takenBack", { title: book.title }));
  };
  return (
    <li class="add-row">
      <Cover isbn={isbn} title={book.title} />
      <div class="add-text">
        <p class="clamp-2" dir="auto">
          <a href={`/book/${encodeURIComponent(isbn)}`}>{book.title}</a>
        </p>
        {isWaiting ? (
          <p class="quiet add-waits">
            <Icon name="clock" />
            {t(online.value ? "lookingUp" : "waits")}
          </p>
        ) : (
          <p class="quiet" dir="auto">
            {formatList(book.authors)}
          </p>
        )}
      </div>
      <div class="add-actions">
        <StatusSelect isbn={isbn} title={book.title} status={book.status} />
        <IconButton
          icon="undo"
          label={t("takeBack", { title: book.title })}
          onClick={() => void undo()}
        />
      </div>
    </li>
  );
}

function StatusSelect({
  isbn,
  title,
  status,
}: {
  isbn: string;
  title: string;
  status: Status | undefined;
}) {
  return (
    <select
      class="add-select"
      aria-label={t("statusOf", { title })}
      value={status ?? "none"}
      onChange={({ currentTarget: { value } }) =>
        void shelf.edit({
          op: "change",
          isbn,
          set: { status: STATUSES.find((known) => known === value) ?? null },
        })
      }
    >
      {[...STATUSES, "none" as const].map((one) => (
        <option key={one} value={one}>
          {wordOf(one)}
        </option>
      ))}
    </select>
  );
}

function RefusedRow({
  isbn,
  id,
  problem,
}: {
  isbn: string;
  id: string;
  problem: { code: string; detail?: string } | undefined;
}) {
  const drop = async (): Promise<void> => {
    await shelf.resolve(id, "theirs");
    justAdded.value = justAdded.value.filter((one) => one !== isbn);
  };
  return (
    <li class="add-row add-refused">
      <Icon name="warning" />
      <div class="add-text">
        <p class="number">{isbn}</p>
        <p>{problem ? textOfProblem(problem) : t("refused")}</p>
      </div>
      <div class="row">
        <ButtonLink icon="edit" href={`/add?hand=${isbn}`} onClick={() => void drop()}>
          {t("byHand")}
        </ButtonLink>
        <Button icon="refresh" onClick={() => void shelf.resolve(id, "mine")}>
          {t("again")}
        </Button>
        <Button look="quiet" onClick={() => void drop()}>
          {t("drop")}
        </Button>
      </div>
    </li>
  );
}
