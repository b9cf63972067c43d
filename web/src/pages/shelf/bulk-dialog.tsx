import { useSignal } from "@preact/signals";
import { editContext } from "../../state/edits.ts";
import type { Edit, ListedBook } from "../../state/library.ts";
import { shelf } from "../../state/shelf.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Checkbox, SelectField, TextField } from "../../ui/fields.tsx";
import { TagsField } from "../../ui/tags-field.tsx";
import { FORMATS, wordOf, type Format } from "../../ui/words/text.ts";
import { make } from "./edit-shelf.ts";
import { bulkEdits } from "./logic/edits.ts";
import { STATUSES, type Status } from "./logic/filters.ts";
import { selected } from "./shelf-state.ts";
import { text as t } from "./text.ts";

/** Maximum number of hidden books that are listed by title. */
const NAMED = 5;

/**
 * One edit of every selected book. Hidden books are listed, and excluded unless the user includes
 * them.
 */
export default function BulkDialog({
  action,
  onClose,
  onDone,
}: {
  action: "edit" | "delete";
  onClose: () => void;
  onDone: () => void;
}) {
  const status = useSignal<Status | "keep">("keep");
  const add = useSignal("");
  const remove = useSignal("");
  const format = useSignal<Format | "none" | "keep">("keep");
  const owned = useSignal<"yes" | "no" | "none" | "keep">("keep");
  const location = useSignal("");
  const includesHidden = useSignal(false);
  const { visible, hidden } = selected.value;
  const isbns = includesHidden.value ? [...visible, ...hidden] : visible;
  const books = isbns.flatMap((isbn) => shelf.listed(isbn) ?? []);
  const change = {
    status: status.value === "keep" ? undefined : status.value,
    addTags: tagsIn(add.value),
    removeTags: tagsIn(remove.value),
    copy: {
      ...(format.value === "keep" ? {} : { format: orNull(format.value) }),
      ...(owned.value === "keep" ? {} : { owned: OWNED[owned.value] }),
      ...(location.value.trim() === "" ? {} : { location: location.value.trim() }),
    },
  };
  const edits: Edit[] =
    action === "delete"
      ? books.map(({ isbn }) => ({ op: "delete", isbn }))
      : bulkEdits(books, change, editContext());

  const apply = (): void => {
    if (edits.length === 0) return;
    onClose();
    onDone();
    const count = edits.length;
    void make(edits, action === "delete" ? t("didDelete", { count }) : t("didChange", { count }));
  };

  return (
    <Dialog title={action === "delete" ? t("deleteTitle") : t("changeTitle")} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        {hidden.length > 0 && (
          <HiddenBooks isbns={hidden}>
            <Checkbox
              label={t("includeHidden", { count: hidden.length })}
              checked={includesHidden.value}
              onChange={(checked) => (includesHidden.value = checked)}
            />
          </HiddenBooks>
        )}
        {action === "delete" ? (
          <p>{t("deleteAbout")}</p>
        ) : (
          <>
            <SelectField
              label={t("status")}
              value={status.value}
              options={[
                ["keep", t("keepStatus")],
                ...STATUSES.map((one) => [one, t(one)] as const),
              ]}
              onChange={(value) => (status.value = value)}
            />
            <TagsField
              label={t("addTags")}
              hint={t("tagsHint")}
              value={add.value}
              onInput={(text) => (add.value = text)}
              onEnter={apply}
            />
            <TagsField
              label={t("removeTags")}
              hint={tagsOf(books)}
              value={remove.value}
              of={books}
              onInput={(text) => (remove.value = text)}
              onEnter={apply}
            />
            <details>
              <summary>{t("copies")}</summary>
              <div class="stack">
                <SelectField
                  label={t("format")}
                  value={format.value}
                  options={[
                    ["keep", t("keepStatus")],
                    ...FORMATS.map((one) => [one, wordOf(one)] as const),
                    ["none", t("unknown")],
                  ]}
                  onChange={(value) => (format.value = value)}
                />
                <SelectField
                  label={t("owned")}
                  value={owned.value}
                  options={[
                    ["keep", t("keepStatus")],
                    ["yes", t("ownedYes")],
                    ["no", t("ownedNo")],
                    ["none", t("unknown")],
                  ]}
                  onChange={(value) => (owned.value = value)}
                />
                <TextField
                  label={t("location")}
                  hint={t("locationHint")}
                  maxLength={300}
                  value={location.value}
                  onInput={({ currentTarget }) => (location.value = currentTarget.value)}
                />
              </div>
            </details>
          </>
        )}
        <div class="dialog-actions">
          <Button look="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button
            type="submit"
            look={action === "delete" ? "danger" : "primary"}
            busy={edits.length === 0}
          >
            {t(action === "delete" ? "deleteBooks" : "changeBooks", { count: edits.length })}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function HiddenBooks({
  isbns,
  children,
}: {
  isbns: readonly string[];
  children: preact.ComponentChildren;
}) {
  const more = isbns.length - NAMED;
  return (
    <div class="notice notice-warning">
      <div class="grow">
        <p>{t("hiddenAbout", { count: isbns.length })}</p>
        <ul>
          {isbns.slice(0, NAMED).map((isbn) => (
            <li key={isbn} dir="auto">
              {shelf.listed(isbn)?.title}
            </li>
          ))}
        </ul>
        {more > 0 && <p>{t("andMore", { count: more })}</p>}
      </div>
      {children}
    </div>
  );
}

const OWNED = { yes: true, no: false, none: null } as const;

const orNull = (format: Format | "none"): Format | null => (format === "none" ? null : format);

const tagsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];

/** The tags of the books, as suggestions for removal. */
function tagsOf(books: readonly ListedBook[]): string {
  const tags = [...new Set(books.flatMap((book) => book.tags))].sort().slice(0, 20);
  return tags.length === 0 ? t("noTags") : t("tagsThere", { tags: tags.join(", ") });
}
