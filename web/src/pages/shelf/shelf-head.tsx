import { useSignal } from "@preact/signals";
import { formatPercent } from "../../i18n/format.ts";
import { textOfError } from "../../state/problem-texts.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { later } from "../../ui/later.tsx";
import { editFailure, editProgress, undo, undoable } from "./edit-shelf.ts";
import { chosenCount } from "./logic/filters.ts";
import { NOTHING_SELECTED, withAll } from "./logic/selection.ts";
import { filters, selected, selection, shown } from "./shelf-state.ts";
import { text as t } from "./text.ts";

const FilterSheet = later(() => import("./filter-sheet.tsx"));
const JumpDialog = later(() => import("./jump-dialog.tsx"));
const OrderDialog = later(() => import("./order-dialog.tsx"));
const BulkDialog = later(() => import("./bulk-dialog.tsx"));

/**
 * Below the tabs: the number of books and the tools of the list, or the last edit with undo, or the
 * selection.
 */
export function ShelfHead() {
  if (editProgress.value !== undefined) return <Working progress={editProgress.value} />;
  if (selection.value) return <SelectionTools />;
  return undoable.value || editFailure.value !== undefined ? <Done /> : <ListTools />;
}

type Tool = "jump" | "filter" | "order";

function ListTools() {
  const open = useSignal<Tool | undefined>(undefined);
  const chosen = chosenCount(filters.value);
  const close = (): void => {
    open.value = undefined;
  };
  return (
    <div class="shelf-line">
      <p class="shelf-count" role="status">
        {t("count", { count: shown.value.books.length })}
      </p>
      <Button look="quiet" icon="letters" onClick={() => (open.value = "jump")}>
        <span class="shelf-tool">{t("jump")}</span>
      </Button>
      <Button look="quiet" icon="filter" onClick={() => (open.value = "filter")}>
        <span class="shelf-tool">{t("filter")}</span>
        {chosen > 0 && <span class="shelf-badge number">{chosen}</span>}
      </Button>
      <Button look="quiet" icon="sort" onClick={() => (open.value = "order")}>
        <span class="shelf-tool">{t("order")}</span>
      </Button>
      <Button look="quiet" icon="check" onClick={() => (selection.value = NOTHING_SELECTED)}>
        <span class="shelf-tool">{t("select")}</span>
      </Button>
      {open.value === "jump" && <JumpDialog onClose={close} />}
      {open.value === "filter" && <FilterSheet onClose={close} />}
      {open.value === "order" && <OrderDialog onClose={close} />}
    </div>
  );
}

const Working = ({ progress }: { progress: number }) => (
  <div class="shelf-line">
    <p class="shelf-count" role="status">
      {t("working")}
    </p>
    <progress class="progress" max={1} value={progress} aria-label={t("working")} />
    <span class="number">{formatPercent(progress)}</span>
  </div>
);

function Done() {
  const failure = editFailure.value;
  return (
    <div class={failure === undefined ? "shelf-line shelf-done" : "shelf-line shelf-failed"}>
      <p class="shelf-count" role="status">
        {failure === undefined ? undoable.value?.text : textOfError(failure)}
      </p>
      {undoable.value && (
        <Button icon="undo" onClick={() => void undo()}>
          {t("undo")}
        </Button>
      )}
      {failure !== undefined && (
        <Button look="quiet" icon="close" onClick={() => (editFailure.value = undefined)}>
          {t("dismiss")}
        </Button>
      )}
    </div>
  );
}

function SelectionTools() {
  const open = useSignal<"edit" | "delete" | undefined>(undefined);
  const { visible, hidden } = selected.value;
  const count = visible.length + hidden.length;
  const end = (): void => {
    selection.value = undefined;
  };
  return (
    <div class="shelf-line shelf-selecting">
      <p class="shelf-count" role="status">
        {t("selected", { count })}
        {hidden.length > 0 && (
          <strong class="shelf-hidden">
            <Icon name="warning" /> {t("notVisible", { count: hidden.length })}
          </strong>
        )}
      </p>
      <Button
        look="quiet"
        icon="list"
        onClick={() =>
          (selection.value = withAll(
            selection.value ?? NOTHING_SELECTED,
            shown.value.books.map(({ isbn }) => isbn),
          ))
        }
      >
        <span class="shelf-tool">{t("selectAll")}</span>
      </Button>
      <Button look="quiet" icon="edit" busy={count === 0} onClick={() => (open.value = "edit")}>
        <span class="shelf-tool">{t("change")}</span>
      </Button>
      <Button look="quiet" icon="trash" busy={count === 0} onClick={() => (open.value = "delete")}>
        <span class="shelf-tool">{t("delete")}</span>
      </Button>
      <Button look="quiet" icon="close" onClick={end}>
        <span class="shelf-tool">{t("endSelection")}</span>
      </Button>
      {open.value && (
        <BulkDialog action={open.value} onClose={() => (open.value = undefined)} onDone={end} />
      )}
    </div>
  );
}
