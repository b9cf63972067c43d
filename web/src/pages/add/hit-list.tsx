import { computed } from "@preact/signals";
import type { SearchHit } from "../../../../client/src/index.ts";
import { formatList } from "../../i18n/format.ts";
import { shelf } from "../../state/shelf.ts";
import { Button } from "../../ui/button.tsx";
import { Cover } from "../../ui/cover.tsx";
import { Icon } from "../../ui/icon.tsx";
import { wordOf, type Status } from "../../ui/words/text.ts";
import { shelved } from "./find.ts";
import { text as t } from "./text.ts";

/** Recomputed when the shelf changes, not while the user types. */
const finder = computed(() => shelved(shelf.books.value));

/** Hits of a search, each with one tap to add it. */
export function HitList({
  hits,
  status,
  onAdd,
}: {
  hits: readonly SearchHit[];
  status: Status;
  onAdd: (hit: SearchHit) => void;
}) {
  const find = finder.value;
  return (
    <ul role="list" aria-label={t("found")}>
      {hits.map((hit) => {
        const there = find(hit);
        return (
          <li key={hit.isbn} class="add-row">
            <Cover isbn={hit.isbn} title={hit.title} />
            <div class="add-text">
              <p class="clamp-2" dir="auto">
                <a href={`/book/${hit.isbn}`}>{hit.title}</a>
              </p>
              <p class="quiet" dir="auto">
                {[formatList(hit.authors), hit.publicationYear?.toString()]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
              {(hit.editionCount ?? 1) > 1 && (
                <p class="quiet">{t("editions", { count: hit.editionCount ?? 1 })}</p>
              )}
            </div>
            {there ? (
              <a class="add-there" href={`/book/${encodeURIComponent(there.isbn)}`}>
                <Icon name="check" />
                <span>
                  {t(there.isbn === hit.isbn ? "onShelf" : "otherOnShelf")}
                  {there.status && <span class="quiet"> · {wordOf(there.status)}</span>}
                </span>
              </a>
            ) : (
              <Button
                icon="plus"
                aria-label={t("addAs", { title: hit.title, status: wordOf(status) })}
                onClick={() => onAdd(hit)}
              >
                {t("add")}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
