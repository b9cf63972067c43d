import { useSignal } from "@preact/signals";
import type { ListedBook } from "../state/library.ts";
import { shelf } from "../state/shelf.ts";
import { Combobox } from "./combobox.tsx";
import { counted, lastPart, suggestions } from "./suggest.ts";

/**
 * Several tags with commas between. For the one that is typed, tags that books have already are offered.
 * @param props.of the books whose tags are offered, by default all of the shelf
 * @param props.onEnter the user means the text as it is, and is done
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
