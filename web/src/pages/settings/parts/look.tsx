import { LOCALES, type Locale } from "../../../i18n/locale.ts";
import { preferences, setPreferences } from "../../../state/preferences.ts";
import { Checkbox, SelectField } from "../../../ui/fields.tsx";
import { text as t } from "../text.ts";
import { Section } from "./section.tsx";

const LANGUAGES: Readonly<Record<Locale, string>> = { en: "English", de: "Deutsch" };

/** The appearance of the app on this device. */
export function Look() {
  const { theme, contrast, language, letterKeys } = preferences.value;
  return (
    <Section title={t("look")}>
      <SelectField
        label={t("theme")}
        value={theme}
        options={[
          ["system", t("themeSystem")],
          ["light", t("themeLight")],
          ["dark", t("themeDark")],
        ]}
        onChange={(value) => void setPreferences({ theme: value })}
      />
      <SelectField
        label={t("contrast")}
        value={contrast}
        options={[
          ["system", t("contrastSystem")],
          ["normal", t("contrastNormal")],
          ["more", t("contrastMore")],
        ]}
        onChange={(value) => void setPreferences({ contrast: value })}
      />
      <SelectField
        label={t("language")}
        value={language ?? "system"}
        options={[
          ["system", t("languageSystem")],
          ...LOCALES.map((locale) => [locale, LANGUAGES[locale]] as const),
        ]}
        onChange={(value) =>
          void setPreferences({ language: value === "system" ? undefined : value })
        }
      />
      <Checkbox
        label={t("keys")}
        checked={letterKeys}
        onChange={(checked) => void setPreferences({ letterKeys: checked })}
      />
    </Section>
  );
}
