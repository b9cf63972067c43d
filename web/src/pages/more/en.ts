export const en = {
  title: "More",
  theme: "Theme",
  themeSystem: "As the device",
  themeLight: "Light",
  themeDark: "Dark",
  contrast: "Contrast",
  contrastSystem: "As the device",
  contrastNormal: "Normal",
  contrastMore: "High",
  language: "Language",
  languageSystem: "As the browser",
  api: "API reference",
} as const;
