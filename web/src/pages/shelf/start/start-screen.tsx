import { useSignal, type Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { SearchHit } from "../../../../../client/src/index.ts";
import { formatList } from "../../../i18n/format.ts";
import { isAppPath } from "../../../paths.ts";
import { publicApi } from "../../../state/api.ts";
import { addByIsbn } from "../../../state/adding.ts";
import { isbnIn, looksScanned } from "../../../state/isbn.ts";
import { textOfError } from "../../../state/problem-texts.ts";
import { shelf } from "../../../state/shelf.ts";
import { announce } from "../../../ui/announce.tsx";
import { Button, ButtonLink } from "../../../ui/button.tsx";
import { Cover } from "../../../ui/cover.tsx";
import { TextField } from "../../../ui/fields.tsx";
import { isFocusFree } from "../../../ui/focus-free.ts";
import { handedOver } from "./handed-over.ts";
import { startText as t } from "./text.ts";

const MAX_HITS = 8;

/** A page, or the page that adds books if there is no such page. */
const pageOr = (path: string): string => (isAppPath(path) ? path : "/add");

/** The first steps: one box for words, an ISBN or a scanner, the camera, and the import. */
export function StartScreen({ isFirst }: { isFirst: boolean }) {
  const words = useSignal("");
  const busy = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  const hits = useSignal<readonly SearchHit[] | undefined>(undefined);
  const box = useRef<HTMLInputElement>(null);
  const codes = useCodes({ words, error, box });
  useLayoutEffect(() => {
    // After a navigation the page title has the focus.
    if (isFocusFree()) box.current?.focus({ preventScroll: true });
    const field = box.current;
    // The next scan goes to the search of the shelf, which replaces this box.
    return () => void (handedOver.focus = document.activeElement === field);
  }, []);

  const run = async (work: () => Promise<void>): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    error.value = undefined;
    try {
      await work();
    } catch (failure) {
      error.value = textOfError(failure);
    } finally {
      busy.value = false;
    }
  };
  const find = (): Promise<void> =>
    run(async () => {
      const q = words.value.trim();
      hits.value = undefined;
      if (q === "") {
        error.value = t("startMissing");
        return;
      }
      const found = await publicApi.catalogue.search({ q, limit: MAX_HITS, works: "1" });
      hits.value = found.books;
      announce(t("hits", { count: found.books.length }));
    });
  const submit = (): void => {
    const q = words.value.trim();
    if (isbnIn(q) !== undefined || looksScanned(q)) {
      hits.value = undefined;
      void codes.take(q);
    } else if (q !== "" || codes.coming === 0) {
      // The first press has emptied the box, so a second one finds it empty.
      void find();
    }
  };
  const add = (hit: SearchHit): Promise<void> =>
    run(async () => {
      await shelf.edit({ op: "add", isbn: hit.isbn, preview: hit });
      announce(t("added", { title: hit.title }));
    });

  return (
    <div class="stack start">
      <div>
        <p class="start-claim">{t(isFirst ? "startTitle" : "emptyTitle")}</p>
        <p class="quiet">{t(isFirst ? "start" : "empty")}</p>
      </div>
      <form
        class="start-form"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField
          label={t("startBox")}
          hint={t("startHint")}
          error={error.value}
          value={words.value}
          inputMode="search"
          inputRef={box}
          onInput={({ currentTarget }) => (words.value = currentTarget.value)}
        />
        <Button type="submit" look="primary" icon="search" busy={busy.value}>
          {t("startFind")}
        </Button>
      </form>
      {codes.coming > 0 && (
        <p class="quiet" role="status">
          {t("coming", { count: codes.coming })}
        </p>
      )}
      {hits.value && <Hits hits={hits.value} onAdd={(hit) => void add(hit)} />}
      <div class="start-ways">
        <ButtonLink icon="scan" href={pageOr("/scan")}>
          {t("scan")}
        </ButtonLink>
        <ButtonLink icon="upload" href="/import">
          {t("bring")}
        </ButtonLink>
      </div>
      <p class="quiet">{t("bringHint")}</p>
      {isFirst && (
        <p>
          <a href="/more">{t("haveAccount")}</a>
        </p>
      )}
    </div>
  );
}

/** Adds codes while the user or a scanner types the next one. */
function useCodes({
  words,
  error,
  box,
}: {
  words: Signal<string>;
  error: Signal<string | undefined>;
  box: RefObject<HTMLInputElement | null>;
}) {
  const coming = useSignal(0);
  const add = async (code: string): Promise<void> => {
    try {
      const isbn = isbnIn(code) ?? code;
      const added = await addByIsbn(isbn, { shelf, catalogue: publicApi.catalogue });
      if (added.kind !== "unknown") return announce(t("addedFirst"));
      error.value = t("unknown_", { isbn: code });
    } catch (failure) {
      error.value = textOfError(failure);
    }
    const field = box.current;
    if (field?.value !== "") return;
    // Lets the user correct it; the next scan replaces it.
    field.value = words.value = code;
    if (document.activeElement === field) field.select();
  };
  return {
    /** Number of codes being looked up. */
    coming: coming.value,
    async take(code: string): Promise<void> {
      words.value = "";
      error.value = undefined;
      coming.value += 1;
      await add(code);
      coming.value -= 1;
    },
  };
}

function Hits({ hits, onAdd }: { hits: readonly SearchHit[]; onAdd: (hit: SearchHit) => void }) {
  if (hits.length === 0) return <p class="notice">{t("noHits")}</p>;
  return (
    <ul role="list" class="start-hits" aria-label={t("found")}>
      {hits.map((hit) => (
        <li key={hit.isbn} class="start-hit">
          <Cover isbn={hit.isbn} title={hit.title} />
          <div class="shelf-text">
            <p class="clamp-2" dir="auto">
              {hit.title}
            </p>
            <p class="shelf-by">
              <span dir="auto">
                {[formatList(hit.authors), hit.publicationYear?.toString()]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </p>
          </div>
          <Button
            icon="plus"
            aria-label={t("addHit", { title: hit.title })}
            onClick={() => onAdd(hit)}
          >
            {t("add_")}
          </Button>
        </li>
      ))}
    </ul>
  );
}
