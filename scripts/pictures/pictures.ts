import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { exampleIsbns, SAMPLE_BOOKS } from "../demo/books.ts";
import { PROJECT_ROOT } from "../local/settings.ts";

/** The account shown in the pictures. */
export interface Subject {
  readonly url: string;
  readonly userId: string;
  readonly token: string;
}

/** A picture of the web app: its file name, the window, and how to get to the page. */
export interface Picture {
  readonly name: string;
  readonly view: { readonly width: number; readonly height: number; readonly theme: Theme };
  readonly locale?: string;
  show(page: Page, subject: Subject): Promise<void>;
}

type Theme = "light" | "dark";

const phone = (theme: Theme) => ({ width: 390, height: 780, theme });
const desk = (theme: Theme) => ({ width: 1280, height: 800, theme });

const YEAR = new Date().getFullYear();
const [WEATHER_CLERK] = SAMPLE_BOOKS;
const BOOKS = SAMPLE_BOOKS.length + 1;

/** In the order in which they are taken: the last ones add books to the shelf. */
export const PICTURES: readonly Picture[] = [
  {
    name: "shelf-desk",
    view: desk("light"),
    async show(page) {
      await page.goto("/");
      await page.getByText(`${BOOKS} books`).first().waitFor();
      await page.getByText("The Weather Clerk").first().click();
      await page.getByRole("heading", { name: "The Weather Clerk" }).waitFor();
    },
  },
  {
    name: "shelf-phone",
    view: phone("dark"),
    async show(page) {
      await page.goto("/");
      await page.getByText(`${BOOKS} books`).first().waitFor();
    },
  },
  {
    name: "book",
    view: phone("light"),
    async show(page) {
      await page.goto(`/book/${WEATHER_CLERK?.isbn13 ?? ""}`);
      await page.getByRole("heading", { name: "The Weather Clerk" }).waitFor();
    },
  },
  {
    name: "statistics",
    view: desk("dark"),
    async show(page) {
      await page.goto("/stats");
      await page.getByRole("heading", { name: `Goal for ${YEAR}` }).waitFor();
      await page.getByRole("heading", { name: "In this period" }).waitFor();
    },
  },
  {
    name: "year",
    view: phone("light"),
    async show(page) {
      await page.goto(`/year/${YEAR}`);
      await page.getByRole("heading", { name: "Best rated" }).waitFor();
    },
  },
  {
    name: "import",
    view: desk("light"),
    async show(page) {
      await page.goto("/import");
      await page.getByRole("heading", { level: 1, name: "Import books" }).waitFor();
      await page.locator("input[type=file]").setInputFiles({
        name: "goodreads.csv",
        mimeType: "text/csv",
        buffer: readFileSync(join(PROJECT_ROOT, "docs/examples/goodreads.csv")),
      });
      await page.getByRole("heading", { name: "Preview of the import" }).waitFor();
      await page.getByText("Nothing has been written yet.").waitFor();
    },
  },
  {
    name: "scan",
    view: phone("dark"),
    async show(page) {
      await page.goto("/scan");
      await page.getByText(`${exampleIsbns().length} books added`).waitFor();
      await page.getByText("Looking it up").first().waitFor({ state: "detached" });
    },
  },
];

/** The picture of the README is composed of two others. */
export const OVERVIEW = { name: "overview", desk: "shelf-desk", phone: "shelf-phone" } as const;
