import { useSignal } from "@preact/signals";
import { publicApi } from "../../state/api.ts";
import { textOfError } from "../../state/problem-texts.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { TextField } from "../../ui/fields.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { text as t } from "./text.ts";

/** `/add`: a book by its ISBN. */
export default function AddPage() {
  const isbn = useSignal("");
  const busy = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  const added = useSignal<string | undefined>(undefined);

  const add = async (): Promise<void> => {
    if (busy.value) return;
    error.value = isbn.value.trim() === "" ? t("missing") : undefined;
    if (error.value !== undefined) return;
    busy.value = true;
    try {
      // Only a book that a catalogue knows can be added by its ISBN alone.
      const book = await publicApi.catalogue.byIsbn(isbn.value.trim());
      if (book === null) {
        error.value = t("unknown");
        return;
      }
      await shelf.edit({ op: "add", isbn: book.isbn, preview: book });
      added.value = book.title;
      isbn.value = "";
      announce(t("added", { title: book.title }));
    } catch (failure) {
      error.value = textOfError(failure);
    } finally {
      busy.value = false;
    }
  };

  return (
    <div class="stack">
      <PageTitle>{t("title")}</PageTitle>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <TextField
          label={t("isbn")}
          hint={t("hint")}
          error={error.value}
          value={isbn.value}
          inputMode="numeric"
          onInput={({ currentTarget }) => (isbn.value = currentTarget.value)}
        />
        <div class="row">
          <Button type="submit" look="primary" icon="plus" busy={busy.value}>
            {t("add")}
          </Button>
        </div>
      </form>
      {added.value !== undefined && (
        <div class="notice">
          <span class="grow" dir="auto">
            {t("added", { title: added.value })}
          </span>
          <ButtonLink href="/" icon="library">
            {t("toShelf")}
          </ButtonLink>
        </div>
      )}
    </div>
  );
}
