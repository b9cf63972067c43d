import { useSignal } from "@preact/signals";
import type { ListedBook } from "../state/library.ts";
import { shelf } from "../state/shelf.ts";
import { Combobox } from "./combobox.tsx";
import { counted, lastPart, suggestions } from "./suggest.ts";

/**
 * Several tags, separated by commas, with existing tags as suggestions for the one being typed.
 * @param props.of the books with the suggested tags, by default the whole shelf
 * @param props.onEnter called when the user submits the text
 */
export function TagsField({
  label,
  hint,
  value,
  of,
  onInput,
  onEnter,
}: {
  label: string;
  hint?: string | undefined;
  value: string;
  of?: readonly ListedBook[];
  onInput: (text: string) => void;
  onEnter?: () => void;
}) {
  const isUsed = useSignal(false);
  const tags = (): string[] => (of ?? shelf.books.value).flatMap((book) => book.tags);
  const { before, typed, others } = lastPart(value);
  return (
    <div onFocusIn={() => (isUsed.value = true)}>
      <Combobox
        label={label}
        hint={hint}
        value={value}
        options={isUsed.value ? suggestions(counted(tags()), typed, { without: others }) : []}
        onInput={onInput}
        onTake={(text) => (text === value ? onEnter?.() : onInput(`${before}${text}, `))}
      />
    </div>
  );
}
