import { useSignal } from "@preact/signals";
import { Checkbox, SelectField } from "../../ui/fields.tsx";
import { TagsField } from "../../ui/tags-field.tsx";
import { canVibrate } from "./feedback.ts";
import { STATUSES, wordOf, type Status } from "../../ui/words/text.ts";
import { tagsOf } from "./logic/choices.ts";
import { scanPreferences, setScanPreferences } from "./strip.ts";
import { text as t } from "./text.ts";

/** Values for every scanned book, chosen once before the first book and remembered. */
export function ChoicesForm() {
  const { status, sound, vibration, tags } = scanPreferences.value;
  // The service's default.
  const chosen = status ?? "want_to_read";
  const typed = useSignal(tags.join(", "));
  return (
    <details class="scan-choices">
      <summary>
        <span class="scan-choices-title">{t("choices")}</span>
        <span class="quiet clamp-2" dir="auto">
          {[wordOf(chosen), ...tags].join(" · ")}
        </span>
      </summary>
      <div class="scan-choices-fields">
        <SelectField<Status>
          label={t("status")}
          value={chosen}
          options={STATUSES.map((each) => [each, wordOf(each)])}
          onChange={(value) => setScanPreferences({ status: value })}
        />
        <TagsField
          label={t("tags")}
          hint={t("tagsHint")}
          value={typed.value}
          onInput={(text) => {
            typed.value = text;
            setScanPreferences({ tags: tagsOf(text) });
          }}
        />
      </div>
      <div class="row" role="group" aria-label={t("signals")}>
        <Checkbox
          label={t("sound")}
          checked={sound}
          onChange={(checked) => setScanPreferences({ sound: checked })}
        />
        {canVibrate() && (
          <Checkbox
            label={t("vibration")}
            checked={vibration}
            onChange={(checked) => setScanPreferences({ vibration: checked })}
          />
        )}
      </div>
    </details>
  );
}
