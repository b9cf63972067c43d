import { Icon, type IconName } from "../../ui/icon.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import type { en } from "./en.ts";
import { text as t } from "./text.ts";
import "./more.css";

/** The pages that are not in the navigation bar. */
const PLACES: readonly (readonly [
  path: string,
  icon: IconName,
  title: keyof typeof en,
  about: keyof typeof en,
])[] = [
  ["/scan", "scan", "scan", "scanAbout"],
  ["/import", "upload", "import", "importAbout"],
  ["/review", "review", "review", "reviewAbout"],
  ["/settings", "settings", "settings", "settingsAbout"],
  ["/trash", "trash", "trash", "trashAbout"],
  ["/pair", "device", "pair", "pairAbout"],
  ["/docs", "link", "api", "apiAbout"],
  ["/operator", "operator", "operator", "operatorAbout"],
];

/** `/more`: links to the remaining pages. */
export default function MorePage() {
  return (
    <div class="stack">
      <PageTitle>{t("title")}</PageTitle>
      <ul role="list" class="more-places">
        {PLACES.map(([path, icon, title, about]) => (
          <li key={path}>
            <a class="more-place" href={path}>
              <Icon name={icon} />
              <span>
                <span class="more-title">{t(title)}</span>
                <span class="quiet">{t(about)}</span>
              </span>
              <Icon name="right" />
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
