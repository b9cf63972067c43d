import type {
  ComponentChildren,
  InputEventHandler,
  KeyboardEventHandler,
  Ref,
  TextareaHTMLAttributes,
} from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { uiText as t } from "./text.ts";

interface FieldFrame {
  label: string;
  /** Shown below the label: what to enter, with an example. */
  hint?: string | undefined;
  /** What is wrong and how to correct it. */
  error?: string | undefined;
  /** Required if an error summary links to the field. */
  id?: string | undefined;
}

/** Attributes that connect a control with its label, hint and error. */
interface ControlAttributes {
  id: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: "true" | undefined;
}

/** Label above, hint, error, then the control. @param props.children draws the control */
export function Field({
  label,
  hint,
  error,
  id: given,
  children,
}: FieldFrame & { children: (attributes: ControlAttributes) => ComponentChildren }) {
  const own = useId();
  const id = given ?? own;
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          <span class="visually-hidden">{t("errorPrefix")} </span>
          {error}
        </p>
      )}
      {children({
        id,
        "aria-describedby": described === "" ? undefined : described,
        "aria-invalid": error ? "true" : undefined,
      })}
    </div>
  );
}

/** Properties that a text field passes on to its input. */
interface InputProps {
  value: string;
  name?: string;
  inputMode?: "text" | "search" | "numeric" | "decimal";
  autocomplete?: string;
  autocapitalize?: "off" | "characters";
  spellcheck?: boolean;
  maxLength?: number;
  readOnly?: boolean;
  inputRef?: Ref<HTMLInputElement>;
  onInput: InputEventHandler<HTMLInputElement>;
  onBlur?: () => void;
  onKeyDown?: KeyboardEventHandler<HTMLInputElement>;
}

/**
 * A single-line text field. Numbers and dates are texts with a suitable `inputMode`, because the
 * browser's inputs reject partial dates and hide invalid input.
 */
export function TextField({ label, hint, error, id, inputRef, ...rest }: FieldFrame & InputProps) {
  return (
    <Field label={label} hint={hint} error={error} id={id}>
      {(attributes) => (
        <input type="text" autocomplete="off" ref={inputRef ?? null} {...rest} {...attributes} />
      )}
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  error,
  id,
  areaRef,
  ...rest
}: FieldFrame &
  Omit<TextareaHTMLAttributes, "label" | "id"> & { areaRef?: Ref<HTMLTextAreaElement> }) {
  return (
    <Field label={label} hint={hint} error={error} id={id}>
      {(attributes) => <textarea rows={4} ref={areaRef ?? null} {...rest} {...attributes} />}
    </Field>
  );
}

/** @param props.options the values in order, with their texts */
export function SelectField<Value extends string>({
  label,
  hint,
  error,
  id,
  value,
  options,
  onChange,
}: FieldFrame & {
  value: Value;
  options: readonly (readonly [value: Value, text: string])[];
  onChange: (value: Value) => void;
}) {
  return (
    <Field label={label} hint={hint} error={error} id={id}>
      {(attributes) => (
        <select
          {...attributes}
          value={value}
          onChange={({ currentTarget }) => onChange(currentTarget.value as Value)}
        >
          {options.map(([key, text]) => (
            <option key={key} value={key}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Checkbox({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      {label}
    </label>
  );
}

/** One invalid field of a form. */
export interface FieldError {
  /** Id of the field. */
  readonly field: string;
  readonly text: string;
}

/**
 * Lists every error of a form that could not be sent, as a link to its field. It takes the focus
 * when errors appear.
 */
export function ErrorSummary({ errors }: { errors: readonly FieldError[] }) {
  const box = useRef<HTMLDivElement>(null);
  const key = errors.map(({ field, text }) => field + text).join();
  useLayoutEffect(() => {
    if (key !== "") box.current?.focus();
  }, [key]);
  if (errors.length === 0) return null;
  return (
    <div class="error-summary" role="alert" tabIndex={-1} ref={box}>
      <h2>{t("errorSummary")}</h2>
      <ul>
        {errors.map(({ field, text }) => (
          <li key={field}>
            <a
              href={`#${field}`}
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(field)?.focus();
              }}
            >
              {text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
