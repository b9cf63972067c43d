import { useSignal } from "@preact/signals";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Combobox } from "../../ui/combobox.tsx";
import { Icon } from "../../ui/icon.tsx";
import { counted, suggestions } from "../../ui/suggest.ts";
import { Section, useEdits } from "./parts.tsx";
import { newTags } from "./tags.ts";
import { text as t } from "./text.ts";

export function TagPart({ isbn, tags }: { isbn: string; tags: readonly string[] }) {
  const edits = useEdits();
  const typed = useSignal("");
  const isUsed = useSignal(false);
  const all = isUsed.value ? counted(shelf.books.value.flatMap((book) => book.tags)) : new Map();

  const add = async (text: string): Promise<void> => {
    const addTags = newTags(text, tags);
    // Emptied before the save: the focus may leave the field during it, which adds its text.
    typed.value = "";
    if (addTags.length > 0 && !(await edits.save({ op: "change", isbn, addTags }))) {
      typed.value ||= text;
      return;
    }
    for (const tag of addTags) announce(t("tagAdded", { tag }));
  };
  const remove = async (tag: string): Promise<void> => {
    if (!(await edits.save({ op: "change", isbn, removeTags: [tag] }))) return;
    edits.offerUndo(t("tagRemoved", { tag }), () =>
      edits.save({ op: "change", isbn, addTags: [tag] }),
    );
  };

  return (
    <Section title={t("tags")}>
      {tags.length > 0 && (
        <ul role="list" class="row book-tags">
          {tags.map((tag) => (
            <li key={tag} class="book-tag">
              <span dir="auto">{tag}</span>
              <button
                type="button"
                aria-label={t("removeTag", { tag })}
                onClick={() => void remove(tag)}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div onFocusIn={() => (isUsed.value = true)}>
        <Combobox
          label={t("addTag")}
          hint={t("tagHint")}
          value={typed.value}
          options={suggestions(all, typed.value, { without: tags })}
          onInput={(text) => {
            if (text.includes(",")) void add(text);
            else typed.value = text;
          }}
          onTake={(text) => void add(text)}
          onLeave={() => void add(typed.value)}
        />
      </div>
      {edits.result}
    </Section>
  );
}
