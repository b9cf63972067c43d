import { useId } from "preact/hooks";
import { STATUSES, wordOf, type Status } from "./text.ts";

const CHOICES = [...STATUSES, undefined] as const;

/** Choice of a status, as a radio group of buttons. */
export function StatusChoice({
  label,
  status,
  onChange,
  allowsNone = true,
}: {
  label: string;
  status: Status | undefined;
  onChange: (status: Status | undefined) => void;
  allowsNone?: boolean;
}) {
  const name = useId();
  return (
    <fieldset class="chips">
      <legend>{label}</legend>
      {CHOICES.filter((choice) => allowsNone || choice).map((choice) => (
        <label key={choice ?? "none"} class="chip">
          <input
            type="radio"
            name={name}
            checked={status === choice}
            onChange={() => onChange(choice)}
          />
          {wordOf(choice ?? "none")}
        </label>
      ))}
    </fieldset>
  );
}
