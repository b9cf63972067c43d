import { preferences, setPreferences } from "../../state/preferences.ts";
import { Checkbox } from "../../ui/fields.tsx";
import { text as t } from "./text.ts";

const KEYS = [
  ["1–5", "keyChoose"],
  ["k", "keep"],
  ["s", "search"],
  ["d", "dismiss"],
  ["n", "keyNext"],
  ["z", "undo"],
] as const;

/** The keyboard commands of this page, and the switch that disables them on this device. */
export const Keys = () => (
  <details class="review-keys">
    <summary>{t("keysTitle")}</summary>
    <Checkbox
      label={t("keysOn")}
      checked={preferences.value.letterKeys}
      onChange={(letterKeys) => void setPreferences({ letterKeys })}
    />
    {preferences.value.letterKeys && (
      <dl>
        {KEYS.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    )}
  </details>
);
