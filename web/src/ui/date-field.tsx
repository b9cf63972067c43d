import { useId } from "preact/hooks";
import { dateOf, partsOf, today, type DateParts } from "./partial-date.ts";
import { Button } from "./button.tsx";
import { uiText as t } from "./text.ts";

const FIELDS = [
  ["day", 2],
  ["month", 2],
  ["year", 4],
] as const;

/** The error text for a date in three fields, for validation before a form is sent. */
export function faultOf(parts: DateParts): string | undefined {
  const read = dateOf(parts);
  if (!("fault" in read)) return undefined;
  return t({ day: "wrongDay", month: "wrongMonth", year: "wrongYear" }[read.fault] as "wrongDay");
}

/** A date that may lack the day, or the day and the month: three fields, and a button for today. */
export function DateField({
  label,
  hint,
  error,
  id: given,
  parts,
  onChange,
}: {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Id of the first field, if an error summary links to it. */
  id?: string | undefined;
  parts: DateParts;
  onChange: (parts: DateParts) => void;
}) {
  const own = useId();
  const id = given ?? own;
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <fieldset class="field date-field" aria-describedby={described === "" ? undefined : described}>
      <legend>{label}</legend>
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
      <div class="date-parts">
        {FIELDS.map(([name, length], index) => (
          <label key={name} class={`date-${name}`}>
            <span class="hint">{t(name)}</span>
            <input
              type="text"
              inputMode="numeric"
              autocomplete="off"
              maxLength={length}
              id={index === 0 ? id : undefined}
              aria-invalid={error ? "true" : undefined}
              value={parts[name]}
              onInput={({ currentTarget }) => onChange({ ...parts, [name]: currentTarget.value })}
            />
          </label>
        ))}
        <Button look="quiet" icon="calendar" onClick={() => onChange(partsOf(today()))}>
          {t("today")}
        </Button>
      </div>
    </fieldset>
  );
}
