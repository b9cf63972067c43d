import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { Field } from "./fields.tsx";
import { uiText as t } from "./text.ts";

/** The option that a key moves to; -1 for none, so that the text itself is used. */
export function optionAfter(key: string, at: number, count: number): number | undefined {
  if (key === "ArrowDown") return at + 1 < count ? at + 1 : -1;
  if (key === "ArrowUp") return at === -1 ? count - 1 : at - 1;
  return undefined;
}

/**
 * A text field with suggestions, following the ARIA Authoring Practices (editable combobox with a
 * list): arrow keys select a suggestion, Enter accepts it or the text, Escape closes the list and
 * then empties the field.
 * @param props.options suggestions for the current text, in order
 * @param props.onTake called with the accepted text or suggestion
 */
export function Combobox({
  label,
  hint,
  error,
  id,
  value,
  options,
  maxLength,
  onInput,
  onTake,
  onLeave,
}: {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  id?: string | undefined;
  value: string;
  options: readonly string[];
  maxLength?: number;
  onInput: (text: string) => void;
  onTake: (text: string) => void;
  /** Called when the focus leaves the field. */
  onLeave?: (() => void) | undefined;
}) {
  const list = useId();
  const open = useSignal(false);
  const at = useSignal(-1);
  const isOpen = open.value && options.length > 0;
  const active = isOpen ? options[at.value] : undefined;
  const close = (): void => {
    open.value = false;
    at.value = -1;
  };
  const take = (text: string): void => {
    close();
    onTake(text);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const next = optionAfter(event.key, at.value, options.length);
    if (next !== undefined) {
      event.preventDefault();
      open.value = true;
      at.value = next;
    } else if (event.key === "Enter") {
      event.preventDefault();
      take(active ?? value);
    } else if (event.key === "Escape" && (isOpen || value !== "")) {
      event.preventDefault();
      event.stopPropagation();
      if (isOpen) close();
      else onInput("");
    }
  };
  return (
    <div class="combobox">
      <Field label={label} hint={hint} error={error} id={id}>
        {(attributes) => (
          <input
            {...attributes}
            type="text"
            role="combobox"
            autocomplete="off"
            dir="auto"
            maxLength={maxLength}
            aria-autocomplete="list"
            aria-expanded={isOpen}
            aria-controls={list}
            aria-activedescendant={active === undefined ? undefined : `${list}-${at.value}`}
            value={value}
            onInput={({ currentTarget }) => {
              open.value = true;
              at.value = -1;
              onInput(currentTarget.value);
            }}
            onClick={() => (open.value = true)}
            onKeyDown={onKeyDown}
            onBlur={() => {
              close();
              onLeave?.();
            }}
          />
        )}
      </Field>
      <ul role="listbox" id={list} aria-label={t("suggestions")} hidden={!isOpen}>
        {isOpen &&
          options.map((option, index) => (
            <li
              key={option}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at.value}
              dir="auto"
              // The focus stays in the field.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(option)}
            >
              {option}
            </li>
          ))}
      </ul>
    </div>
  );
}
