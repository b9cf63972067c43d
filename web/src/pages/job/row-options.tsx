import type { UploadOptions } from "../../state/uploads.ts";
import { Checkbox, SelectField } from "../../ui/fields.tsx";
import type { RowChoices } from "./choices.ts";
import { text as t } from "./text.ts";

type Mode = NonNullable<RowChoices["mode"]>;

/** Choices for processing the rows. Only an upload accepts them, so they require the file. */
export function RowOptions({
  before,
  choices,
  isFixed,
  onChange,
}: {
  /** The options of the preview. */
  before: UploadOptions;
  choices: RowChoices;
  isFixed: boolean;
  onChange: (choices: RowChoices) => void;
}) {
  const assumed = {
    mode: before.mode ?? "merge",
    enrich: before.enrich ?? true,
    withoutIsbn: before.withoutIsbn ?? "review",
  } as const;
  const chosen = { ...assumed, ...choices };
  const set = <Key extends keyof RowChoices>(key: Key, value: RowChoices[Key]): void => {
    const { [key]: _before, ...others } = choices;
    onChange(assumed[key] === value ? others : { ...others, [key]: value });
  };
  return (
    <section class="stack" aria-labelledby="job-options">
      <h2 id="job-options">{t("options")}</h2>
      {isFixed ? (
        <p class="quiet">
          {t("mode")}: {t(chosen.mode === "merge" ? "modeMerge" : "modeOverwrite")}.{" "}
          {t("optionsFixed")}
        </p>
      ) : (
        <div class="card stack">
          <SelectField<Mode>
            label={t("mode")}
            value={chosen.mode}
            options={[
              ["merge", t("modeMerge")],
              ["overwrite", t("modeOverwrite")],
            ]}
            onChange={(mode) => set("mode", mode)}
          />
          <Checkbox
            label={t("enrich")}
            checked={chosen.enrich}
            onChange={(enrich) => set("enrich", enrich)}
          />
          <Checkbox
            label={t("shelve")}
            checked={chosen.withoutIsbn === "shelve"}
            onChange={(shelves) => set("withoutIsbn", shelves ? "shelve" : "review")}
          />
        </div>
      )}
    </section>
  );
}
