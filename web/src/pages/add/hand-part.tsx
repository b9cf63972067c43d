import { useSignal } from "@preact/signals";
import { isbnIn } from "../../state/isbn.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import { TextField } from "../../ui/fields.tsx";
import { OwnWordsForm } from "../../ui/own-words/own-words-form.tsx";
import { definedWords, wordsOf, type StoredWords } from "../../ui/own-words/own-words.ts";
import { ErrorState } from "../../ui/states.tsx";
import type { Status } from "../../ui/words/text.ts";
import { isbn13Of } from "./input.ts";
import { noteAdded } from "./just-added.tsx";
import { text as t } from "./text.ts";

/** A book described by the user, because no catalogue has it or it has no ISBN. */
export default function HandPart({
  isbn: given,
  status,
  onDone,
}: {
  isbn: string;
  status: Status;
  onDone: () => void;
}) {
  const isbn = useSignal(given);
  const error = useSignal<string | undefined>(undefined);
  const failure = useSignal<unknown>(undefined);
  const busy = useSignal(false);
  const store = async (words: StoredWords): Promise<void> => {
    const typed = isbn.value.trim();
    const read = isbnIn(typed);
    error.value = typed !== "" && read === undefined ? t("wrongIsbn") : undefined;
    if (error.value !== undefined || busy.value) return;
    busy.value = true;
    const before = new Set(shelf.books.value.map((book) => book.isbn));
    const body = { ...definedWords(words), status };
    try {
      await shelf.edit({
        op: "add",
        ...(read === undefined ? {} : { isbn: isbn13Of(read) }),
        body,
      });
      const made = shelf.books.value.filter((book) => !before.has(book.isbn));
      noteAdded(...made.map((book) => book.isbn));
      announce(t("added", { title: words.title }));
      onDone();
    } catch (caught) {
      failure.value = caught;
    } finally {
      busy.value = false;
    }
  };
  return (
    <section class="card stack" aria-labelledby="by-hand">
      <h2 id="by-hand">{t("handTitle")}</h2>
      <p class="quiet">{t("handHint")}</p>
      <OwnWordsForm
        words={wordsOf({})}
        action={t("add")}
        busy={busy.value}
        onStore={(words) => void store(words)}
        before={
          <TextField
            label={t("isbn")}
            hint={t("isbnHint")}
            error={error.value}
            value={isbn.value}
            onInput={({ currentTarget }) => (isbn.value = currentTarget.value)}
          />
        }
      >
        <ButtonLink look="quiet" href="/add">
          {t("cancel")}
        </ButtonLink>
      </OwnWordsForm>
      {failure.value !== undefined && <ErrorState error={failure.value} />}
    </section>
  );
}
