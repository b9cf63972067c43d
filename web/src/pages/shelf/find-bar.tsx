import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { publicApi } from "../../state/api.ts";
import { addByIsbn } from "../../state/adding.ts";
import { isbnIn } from "../../state/isbn.ts";
import { textOfError } from "../../state/problem-texts.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { ButtonLink, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { isFocusFree } from "../../ui/focus-free.ts";
import { filters, setFilters } from "./shelf-state.ts";
import { handedOver } from "./start/handed-over.ts";
import { text as t } from "./text.ts";

/**
 * Searches the shelf while the user types. Enter after an ISBN that is not on the shelf, as a
 * scanner sends it, adds the book.
 */
export function FindBar() {
  const message = useSignal<{ text: string; isError: boolean } | undefined>(undefined);
  const { q } = filters.value;
  const box = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (handedOver.focus && isFocusFree()) box.current?.focus();
    handedOver.focus = false;
  }, []);
  const say = (text: string, isError = false): void => {
    message.value = { text, isError };
    if (!isError) announce(text);
  };
  const add = async (isbn: string): Promise<void> => {
    setFilters({ q: "" });
    try {
      const added = await addByIsbn(isbn, { shelf, catalogue: publicApi.catalogue });
      if (added.kind === "known") {
        setFilters({ q: added.isbn });
        return say(t("known", { title: added.title }));
      }
      if (added.kind === "added") return say(t("added", { title: added.title }));
      say(t(added.kind === "queued" ? "queued" : "unknown_", { isbn }), added.kind === "unknown");
    } catch (failure) {
      setFilters({ q: isbn });
      say(textOfError(failure), true);
    }
  };
  return (
    <form
      class="shelf-find"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const isbn = isbnIn(q);
        if (isbn !== undefined) void add(isbn);
      }}
    >
      <label class="visually-hidden" for="shelf-q">
        {t("find")}
      </label>
      <span class="shelf-search">
        <Icon name="search" />
        <input
          id="shelf-q"
          ref={box}
          type="text"
          inputMode="search"
          enterkeyhint="search"
          autocomplete="off"
          placeholder={t("findShort")}
          value={q}
          onInput={({ currentTarget }) => {
            message.value = undefined;
            setFilters({ q: currentTarget.value });
          }}
        />
        {q !== "" && (
          <IconButton icon="close" label={t("clearFind")} onClick={() => setFilters({ q: "" })} />
        )}
      </span>
      <span class="shelf-add">
        <ButtonLink look="primary" icon="plus" href="/add">
          {t("add")}
        </ButtonLink>
      </span>
      {message.value && (
        <p class={message.value.isError ? "shelf-message error" : "shelf-message"}>
          {message.value.text}
        </p>
      )}
    </form>
  );
}
