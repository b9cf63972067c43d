import { useSignal } from "@preact/signals";
import { formatNumber } from "../../i18n/format.ts";
import { Button } from "../../ui/button.tsx";
import { Sheet } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/fields.tsx";
import { facetText } from "./facet-text.ts";
import {
  chosenCount,
  facetValues,
  FACET_NAMES,
  FINE_FACETS,
  toggled,
  type Facet,
} from "./logic/filters.ts";
import { folded } from "./logic/prepared.ts";
import { filters, inOrder, setFilters, shown } from "./shelf-state.ts";
import { text as t } from "./text.ts";

/** Number of values shown before "Show all". */
const FEW = 6;
const MANY = 50;

/** All filters of the shelf, with the number of books that each value would show. */
export default function FilterSheet({ onClose }: { onClose: () => void }) {
  const isEmpty = chosenCount(filters.value) === 0;
  return (
    <Sheet
      title={t("filter")}
      onClose={onClose}
      actions={
        <>
          <Button look="quiet" busy={isEmpty} onClick={() => setFilters({ chosen: {} })}>
            {t("clearFilters")}
          </Button>
          <Button look="primary" onClick={onClose}>
            {t("showBooks", { count: shown.value.books.length })}
          </Button>
        </>
      }
    >
      <div class="stack">
        {FACET_NAMES.map((facet) => (
          <FacetChoice key={facet} facet={facet} />
        ))}
      </div>
    </Sheet>
  );
}

function FacetChoice({ facet }: { facet: Facet }) {
  const limit = useSignal(FEW);
  const words = useSignal("");
  const chosen = filters.value.chosen[facet] ?? [];
  if (chosen.length === 0 && FINE_FACETS.has(facet)) return null;
  const all = facetValues(inOrder.value, filters.value, facet);
  // A facet is hidden if its only value is "unknown", or if the catalogue has all books.
  const rest = facet === "confirmed" ? "yes" : "none";
  if (chosen.length === 0 && all.every(({ value }) => value === rest)) return null;
  const found = all.filter(({ value }) =>
    folded(facetText(facet, value)).includes(folded(words.value)),
  );
  const isLong = all.length > MANY;
  const kept = found.filter(({ value }, index) => index < limit.value || chosen.includes(value));
  const left = found.length - kept.length;
  return (
    <fieldset class="shelf-facet">
      <legend>{t(`${facet}Facet`)}</legend>
      {isLong && (
        <TextField
          label={t("findValue", { facet: t(`${facet}Facet`) })}
          value={words.value}
          onInput={({ currentTarget }) => (words.value = currentTarget.value)}
        />
      )}
      {kept.map(({ value, count }) => (
        <label key={value} class="choice">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={() => setFilters(toggled(filters.value, facet, value))}
          />
          <span class="shelf-facet-text" dir="auto">
            {facetText(facet, value)}
          </span>
          <span class="quiet number">{formatNumber(count)}</span>
        </label>
      ))}
      {left > 0 && (
        <Button look="quiet" icon="down" onClick={() => (limit.value += MANY)}>
          {t("moreValues", { count: left })}
        </Button>
      )}
    </fieldset>
  );
}
