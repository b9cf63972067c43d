import type { Page } from "playwright-core";
import { launchBrowser } from "../../test/tools/browser.ts";
import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { largeShelf, openWithShelf } from "../../test/web/support/device-shelf.ts";
import type { BenchCase, Line } from "../case.ts";
import { atMost } from "../figure.ts";
import { ms } from "../format.ts";
import { median } from "../statistics.ts";

const BOOKS = 20_000;
const OPENINGS = 9;
const MAX_OPEN_MS = 300;
const MAX_KEYSTROKE_MS = 50;
const MAX_ROWS = 200;
const WORDS = ["memory of", "9780", "tag 7", "zz"];

/** The shelf page of the web app with many books, in Chromium. */
export const webShelf: BenchCase = {
  name: "web-shelf",
  title: `The shelf page with ${BOOKS.toLocaleString("en")} books`,
  about: `Chromium shows a shelf that the device has in IndexedDB, at 1,280 x 800 px. Opening is measured from the page's first
use of IndexedDB until the first rows are painted, and from the navigation on for comparison; a keystroke from the key until the
filtered rows are painted. Medians.`,
  async run(world) {
    const { url } = await world.service(NO_LIMITS);
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({
        baseURL: url,
        viewport: { width: 1280, height: 800 },
        reducedMotion: "reduce",
      });
      await page.addInitScript(WATCH);
      await openWithShelf(page, "/", largeShelf(BOOKS));
      const openings: Opening[] = [];
      for (let round = 0; round < OPENINGS; round += 1) openings.push(await opening(page));
      const keystrokes = await typed(page);
      const rows = await page.locator(".shelf-list > [data-index]").count();
      return { lines: linesOf(openings, keystrokes, rows), data: { openings, keystrokes, rows } };
    } finally {
      await browser.close();
    }
  },
};

/** Moments of one opening, in ms after the navigation. */
interface Opening {
  readonly store: number;
  readonly rows: number;
}

async function opening(page: Page): Promise<Opening> {
  await page.reload();
  return page.evaluate<Opening>("benchRows");
}

/** Types words and deletes them, key by key. @returns the time of each key, in ms */
async function typed(page: Page): Promise<number[]> {
  await page.locator("#shelf-q").focus();
  for (const words of WORDS) {
    const letters = Array.from(words);
    const keys = [...letters, ...letters.map(() => "Backspace")];
    for (const key of keys) {
      await page.keyboard.press(key === " " ? "Space" : key);
      await page.evaluate("benchPainted");
    }
  }
  return page.evaluate<number[]>("benchKeystrokes");
}

function linesOf(
  openings: readonly Opening[],
  keystrokes: readonly number[],
  rows: number,
): Line[] {
  const open = median(openings.map((one) => one.rows - one.store));
  const key = median(keystrokes);
  return [
    {
      what: "from IndexedDB to the first rows",
      measured: ms(open),
      ...atMost(open, MAX_OPEN_MS, `${MAX_OPEN_MS} ms`),
    },
    {
      what: "from the navigation to the first rows",
      measured: ms(median(openings.map((one) => one.rows))),
    },
    {
      what: "a keystroke in the search",
      measured: ms(key),
      ...atMost(key, MAX_KEYSTROKE_MS, `${MAX_KEYSTROKE_MS} ms`),
    },
    { what: "rows in the document", measured: String(rows), ...atMost(rows, MAX_ROWS) },
  ];
}

/**
 * Runs in the page before the app: records when the store is opened, rows are painted, and keys
 * take effect.
 */
const WATCH = `
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(0);
  }));
  let store;
  const open = indexedDB.open.bind(indexedDB);
  IDBFactory.prototype.open = (...given) => {
    store ??= performance.now();
    return open(...given);
  };
  globalThis.benchRows = new Promise((done) => {
    new MutationObserver(async (_changes, observer) => {
      if (!document.querySelector(".shelf-list > [data-index]")) return;
      observer.disconnect();
      done({ store, rows: await painted() });
    }).observe(document, { childList: true, subtree: true });
  });
  globalThis.benchKeystrokes = [];
  addEventListener("keydown", ({ timeStamp }) => {
    globalThis.benchPainted = painted().then((at) => benchKeystrokes.push(at - timeStamp));
  }, true);
`;
