import { LOCALES, type Locale } from "../../i18n/locale.ts";
import { preferences, setPreferences } from "../../state/preferences.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { SelectField } from "../../ui/fields.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { text as t } from "./text.ts";

const LANGUAGES: Readonly<Record<Locale, string>> = { en: "English", de: "Deutsch" };

/** `/more`: how the app looks on this device, and the way to the rest. */
export default function MorePage() {
  const { theme, contrast, language } = preferences.value;
  return (
    <div class="stack">
      <PageTitle>{t("title")}</PageTitle>
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
      <div class="row">
        <ButtonLink icon="upload" href="/import">
          {t("import")}
        </ButtonLink>
        <ButtonLink icon="review" href="/review">
          {t("review")}
        </ButtonLink>
        <ButtonLink icon="link" href="/docs">
          {t("api")}
        </ButtonLink>
      </div>
    </div>
  );
}
