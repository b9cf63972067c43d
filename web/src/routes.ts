import type { ComponentType } from "preact";
import { lazy } from "preact-iso";
import { textsLoaded } from "./i18n/texts.ts";
import { locale } from "./i18n/locale.ts";
import type { AppPath } from "./paths.ts";
import { noteMissingChunk } from "./state/update.ts";

/** A page component; `params` has the named segments of its path. */
export type Page = ComponentType<{ params: Readonly<Record<string, string>> }>;

/**
 * A page in a separate chunk, shown once its texts are loaded too. If loading fails, the shell
 * shows an error.
 */
const page = (load: () => Promise<{ default: Page }>): Page =>
  lazy(async () => {
    try {
      const module = await load();
      await textsLoaded(locale.value);
      return module;
    } catch (error) {
      noteMissingChunk();
      return {
        default: () => {
          throw error;
        },
      };
    }
  });

/** All pages. Paths are declared in paths.ts, which the Worker uses too. */
export const ROUTES: Readonly<Record<AppPath, Page>> = {
  "/": page(() => import("./pages/shelf/shelf-page.tsx")),
  "/add": page(() => import("./pages/add/add-page.tsx")),
  "/scan": page(() => import("./pages/scan/scan-page.tsx")),
  "/book/:isbn": page(() => import("./pages/book/book-page.tsx")),
  "/stats": page(() => import("./pages/stats/stats-page.tsx")),
  "/year/:year": page(() => import("./pages/year/year-page.tsx")),
  "/operator": page(() => import("./pages/operator/operator-page.tsx")),
  "/more": page(() => import("./pages/more/more-page.tsx")),
  "/import": page(() => import("./pages/import/import-page.tsx")),
  "/import/:jobId": page(() => import("./pages/job/job-page.tsx")),
  "/review": page(() => import("./pages/review/review-page.tsx")),
  "/settings": page(() => import("./pages/settings/settings-page.tsx")),
  "/trash": page(() => import("./pages/trash/trash-page.tsx")),
  "/pair": page(() => import("./pages/pair/pair-page.tsx")),
};
