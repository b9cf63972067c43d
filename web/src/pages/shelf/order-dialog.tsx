import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { sortText } from "./facet-text.ts";
import { firstOrderOf, SORTS } from "./logic/order.ts";
import { LAYOUTS } from "./logic/view.ts";
import { order, setView, view } from "./shelf-state.ts";
import { text as t } from "./text.ts";

/** The order of the books, and whether they are rows or covers. */
export default function OrderDialog({ onClose }: { onClose: () => void }) {
  const { by, isDescending } = order.value;
  return (
    <Dialog
      title={t("order")}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          {t("done")}
        </Button>
      }
    >
      <div class="stack">
        <fieldset class="shelf-facet">
          <legend>{t("sortBy")}</legend>
          {SORTS.map((sort) => (
            <label key={sort} class="choice">
              <input
                type="radio"
                name="shelf-sort"
                checked={sort === by}
                onChange={() => setView({ order: firstOrderOf(sort) })}
              />
              {sortText(sort)}
            </label>
          ))}
          <label class="choice">
            <input
              type="checkbox"
              checked={isDescending !== firstOrderOf(by).isDescending}
              onChange={() => setView({ order: { by, isDescending: !isDescending } })}
            />
            {t("reversed")}
          </label>
        </fieldset>
        <fieldset class="shelf-facet">
          <legend>{t("layout")}</legend>
          {LAYOUTS.map((layout) => (
            <label key={layout} class="choice">
              <input
                type="radio"
                name="shelf-layout"
                checked={layout === view.value.layout}
                onChange={() => setView({ layout })}
              />
              {t(layout)}
            </label>
          ))}
        </fieldset>
      </div>
    </Dialog>
  );
}
