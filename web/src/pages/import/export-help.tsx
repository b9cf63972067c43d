import { text as t } from "./text.ts";

/** Where the most common apps have their export; their menus are in English. */
const PLACES: readonly (readonly [app: string, menu: string])[] = [
  ["Goodreads", "My Books › Tools: Import and export › Export Library"],
  ["StoryGraph", "Manage Account › Manage Your Data › Export StoryGraph Library"],
  ["LibraryThing", "More › Import/Export › Export as tab-delimited text"],
  ["Hardcover", "Settings › Export Your Data › CSV"],
  ["BookWyrm", "Settings › Data › CSV export"],
  ["Calibre", "Convert books › Create a catalog › CSV"],
  ["Open Library", "My Books › Settings › Import and Export Options"],
  ["Libib", "Settings › Libraries › Export"],
  ["BookBuddy", "Settings › Backup / Restore › Export Backup File › CSV"],
  ["Notion", "… › Export › Markdown & CSV"],
];

export const ExportHelp = () => (
  <details class="import-help">
    <summary>{t("helpTitle")}</summary>
    <p class="quiet">{t("help")}</p>
    <dl lang="en">
      {PLACES.map(([app, menu]) => (
        <div key={app}>
          <dt>{app}</dt>
          <dd class="quiet">{menu}</dd>
        </div>
      ))}
    </dl>
  </details>
);
