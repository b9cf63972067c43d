export const en = {
  title: "More",
  scan: "Scan",
  scanAbout: "Many books in a row, with the camera",
  settings: "Settings",
  settingsAbout: "Look, language, account, devices, export",
  trash: "Trash",
  trashAbout: "Restore books that you have removed",
  pair: "Sign in",
  pairAbout: "With the code of another device",
  api: "API reference",
  apiAbout: "For your own programs",
} as const;
