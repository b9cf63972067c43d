import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { Button } from "../../ui/button.tsx";
import { ErrorSummary, SelectField, TextField } from "../../ui/fields.tsx";
import { daysOf, type Choice } from "./period.ts";
import { text as t } from "./text.ts";

/** Chooses the period: a year, all time, or two days. */
export function PeriodField({
  choice,
  years,
  thisYear,
  onChange,
}: {
  choice: Choice;
  years: readonly number[];
  thisYear: number;
  onChange: (choice: Choice) => void;
}) {
  const isTyping = useSignal(false);
  const kind = isTyping.value ? "days" : choice.kind;
  return (
    <div class="stack">
      <SelectField
        label={t("period")}
        value={kind === "year" && choice.kind === "year" ? String(choice.year) : kind}
        options={[
          ...years.map(
            (year) =>
              [
                String(year),
                year === thisYear ? t("thisYear", { year: String(year) }) : String(year),
              ] as const,
          ),
          ["all", t("allTime")],
          ["days", t("days")],
        ]}
        onChange={(value) => {
          isTyping.value = value === "days";
          if (value === "all") onChange({ kind: "all" });
          else if (value !== "days") onChange({ kind: "year", year: Number(value) });
        }}
      />
      {kind === "days" && (
        <DaysForm
          choice={choice}
          onChange={(next) => {
            isTyping.value = false;
            onChange(next);
          }}
        />
      )}
    </div>
  );
}

function DaysForm({ choice, onChange }: { choice: Choice; onChange: (choice: Choice) => void }) {
  const id = useId();
  const from = useSignal(choice.kind === "days" ? choice.from : "");
  const to = useSignal(choice.kind === "days" ? choice.to : "");
  const fault = useSignal<"from" | "to" | "order" | undefined>(undefined);
  const textOf = (field: "from" | "to"): string | undefined => {
    if (field === "to" && fault.value === "order") return t("orderWrong");
    if (fault.value !== field) return undefined;
    return field === "from" ? t("fromWrong") : t("toWrong");
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const days = daysOf(from.value, to.value);
    fault.value = "fault" in days ? days.fault : undefined;
    if (!("fault" in days)) onChange({ kind: "days", ...days });
  };
  const fields = [
    ["from", t("from"), from],
    ["to", t("to"), to],
  ] as const;
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <ErrorSummary
        errors={fields.flatMap(([field]) => {
          const text = textOf(field);
          return text === undefined ? [] : [{ field: `${id}-${field}`, text }];
        })}
      />
      <div class="stats-fields">
        {fields.map(([field, label, typed]) => (
          <TextField
            key={field}
            id={`${id}-${field}`}
            label={label}
            hint={t("dateHint")}
            error={textOf(field)}
            value={typed.value}
            onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
          />
        ))}
      </div>
      <div>
        <Button type="submit">{t("show")}</Button>
      </div>
    </form>
  );
}
