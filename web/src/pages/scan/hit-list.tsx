import { formatList } from "../../i18n/format.ts";
import { shelf } from "../../state/shelf.ts";
import { Button, ButtonLink, IconButton } from "../../ui/button.tsx";
import { Cover } from "../../ui/cover.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { canUndo, missingOf, type Hit, type HitState } from "./logic/hits.ts";
import { scanPreferences, stateText, strip, suggestionsOf, titleOf } from "./strip.ts";
import { text as t } from "./text.ts";

/** Maximum number shown; all of them are on the shelf. */
const MAX_SHOWN = 50;

const ICONS: Readonly<Record<HitState, IconName>> = {
  looking: "search",
  added: "check",
  queued: "check",
  waiting: "offline",
  known: "book",
  changed: "check",
  problem: "warning",
  undone: "undo",
};

/** The scans, newest first. */
export function HitList() {
  const hits = strip.hits.value;
  const count = hits.filter(({ state }) => state === "added" || state === "queued").length;
  return (
    <section class="scan-hits" aria-label={t("scanned")}>
      <div class="page-head">
        <h2>{t("scanned")}</h2>
        {count > 0 && <span class="quiet">{t("count", { count })}</span>}
      </div>
      {hits.length === 0 && <p class="quiet">{t("nothing")}</p>}
      <ul role="list">
        {hits.slice(0, MAX_SHOWN).map((hit) => (
          <HitRow key={hit.id} hit={hit} />
        ))}
      </ul>
    </section>
  );
}

function HitRow({ hit }: { hit: Hit }) {
  const { isbn, state } = hit;
  const book = isbn === undefined ? undefined : shelf.listed(isbn);
  const title = titleOf(hit);
  const authors = book?.authors ?? hit.authors ?? [];
  const hasBook = isbn !== undefined && state !== "problem";
  return (
    <li class={`scan-hit scan-${state}`}>
      {hasBook ? (
        <Cover isbn={isbn} title={title} />
      ) : (
        <span class="cover scan-no-cover">
          <Icon name={ICONS[state]} />
        </span>
      )}
      <div class="scan-hit-text">
        <p class="clamp-2 scan-hit-title" dir="auto" title={title}>
          {title}
        </p>
        {authors.length > 0 && (
          <p class="quiet scan-hit-authors" dir="auto">
            {formatList([...authors])}
          </p>
        )}
        <p class="scan-hit-state">
          {hasBook && <Icon name={ICONS[state]} />}
          {stateText(hit)}
        </p>
      </div>
      {canUndo(hit) && (
        <IconButton
          icon="undo"
          label={t("undoOf", { title })}
          onClick={() => void strip.undo(hit.id)}
        />
      )}
      <div class="scan-hit-actions">
        <Actions hit={hit} title={title} />
      </div>
    </li>
  );
}

function Actions({ hit, title }: { hit: Hit; title: string }) {
  const { id, isbn, problem } = hit;
  const book = isbn === undefined ? undefined : shelf.listed(isbn);
  const suggestions = suggestionsOf(hit);
  return (
    <>
      {hit.state === "known" && book && missingOf(book, scanPreferences.value) && (
        <Button aria-label={t("applyOf", { title })} onClick={() => void strip.apply(id)}>
          {t("apply")}
        </Button>
      )}
      {problem?.kind === "unknown" && isbn !== undefined && (
        <ButtonLink icon="edit" href={`/add?q=${isbn}`} aria-label={t("byHandOf", { isbn })}>
          {t("byHand")}
        </ButtonLink>
      )}
      {suggestions.length > 0 && <span>{t("meant")}</span>}
      {suggestions.map((suggestion) => (
        <Button key={suggestion} onClick={() => void strip.take(suggestion)}>
          {suggestion}
        </Button>
      ))}
    </>
  );
}
