import { formatNumber } from "../../i18n/format.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { sortText } from "./facet-text.ts";
import { jumpTo } from "./jump.ts";
import { placesOf, type Sort } from "./logic/order.ts";
import { order, shown } from "./shelf-state.ts";
import { text as t } from "./text.ts";

/** Jumps to a letter, year or rating in the list. */
export default function JumpDialog({ onClose }: { onClose: () => void }) {
  const { by } = order.value;
  const places = placesOf(shown.value.books, order.value);
  return (
    <Dialog title={t("jump")} onClose={onClose}>
      <p class="quiet">{t("jumpBy", { order: sortText(by) })}</p>
      <ul role="list" class="shelf-places">
        {places.map(({ label, index, count }) => (
          <li key={index}>
            <button
              type="button"
              class="button"
              onClick={() => {
                onClose();
                // After the dialog has restored the focus on closing.
                setTimeout(() => jumpTo(index));
              }}
            >
              {nameOf(label, by)}
              <span class="visually-hidden">, </span>
              <span class="quiet number">
                {formatNumber(count)}
                <span class="visually-hidden"> {t("booksWord", { count })}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

const nameOf = (label: string, by: Sort): string => {
  if (label === "") return t("unknown");
  return by === "rating" ? t("ratingOf", { count: Number(label) }) : label;
};
