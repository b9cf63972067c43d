/**
 * `npm run pictures`: starts the demo on empty state, opens its sample library in Chromium and writes the pictures of docs/pictures/.
 * With names, it writes only these: `npm run pictures -- shelf-desk year`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { createClient } from "../client/src/index.ts";
import { launchBrowser } from "../test/tools/browser.ts";
import { startService } from "../test/tools/service.ts";
import { barcodeVideo } from "../test/web/support/barcode-video.ts";
import { exampleIsbns } from "./demo/books.ts";
import { PROJECT_ROOT } from "./local/settings.ts";
import { OVERVIEW, PICTURES, type Picture, type Subject } from "./pictures/pictures.ts";
import { asWebp, overview } from "./pictures/webp.ts";

const FOLDER = join(PROJECT_ROOT, "docs/pictures");
/** How long the demo may take to fill its library, in ms. */
const PATIENCE_MS = 300_000;

const wanted = process.argv.slice(2);
const chosen = PICTURES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-pictures-"));
const service = await startService({ stateDir, args: ["--demo"] });
const video = barcodeVideo(exampleIsbns().map((text) => ({ bcid: "ean13", text })));
const browser = await launchBrowser([...video.flags, "--font-render-hinting=none"]);
try {
  const subject = await sampleSubject();
  const taken = new Map<string, Buffer>();
  for (const picture of chosen) taken.set(picture.name, await pictureOf(picture, subject));
  const [desk, phone] = [taken.get(OVERVIEW.desk), taken.get(OVERVIEW.phone)];
  if (desk && phone) taken.set(OVERVIEW.name, await overview(browser, { desk, phone }));
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, png] of taken) {
    const webp = await asWebp(browser, png);
    writeFileSync(join(FOLDER, `${name}.webp`), webp);
    console.log(`docs/pictures/${name}.webp: ${Math.ceil(webp.length / 1024)} KB`);
  }
} finally {
  await browser.close();
  video.remove();
  await service.stop();
  rmSync(stateDir, { recursive: true, force: true });
}

/** Waits until the demo has printed how to sign in, and signs in. */
async function sampleSubject(): Promise<Subject> {
  const deadline = Date.now() + PATIENCE_MS;
  let code: string | undefined;
  while (code === undefined) {
    if (Date.now() > deadline)
      throw new Error(`The demo did not print a link to its library:\n${service.output()}`);
    code = /\/pair#(\w+)/.exec(service.output())?.[1];
    await new Promise((done) => setTimeout(done, 100));
  }
  const api = createClient({ baseUrl: service.url });
  const { userId, token } = await api.accounts.issueToken({ pairingCode: code, name: "Pictures" });
  return { url: service.url, userId, token };
}

/** Opens a page in a new profile of the account and takes its picture. */
async function pictureOf(
  { view, locale = "en-GB", show }: Picture,
  subject: Subject,
): Promise<Buffer> {
  const { width, height, theme } = view;
  const context = await browser.newContext({
    baseURL: subject.url,
    colorScheme: theme,
    locale,
    reducedMotion: "reduce",
    viewport: { width, height },
    deviceScaleFactor: width < 600 ? 2 : 1.5,
    hasTouch: width < 600,
    permissions: ["camera"],
  });
  const { userId, token } = subject;
  const account = JSON.stringify(JSON.stringify({ userId, token }));
  await context.addInitScript(`localStorage.setItem("bookstrack.account", ${account})`);
  const page = await context.newPage();
  try {
    await show(page, subject);
    await loaded(page);
    return await page.screenshot({ animations: "disabled" });
  } finally {
    await context.close();
  }
}

/** Waits until every image in the window is loaded. */
async function loaded(page: Page): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  const pending = `[...document.images].filter((image) => {
    const { top, bottom } = image.getBoundingClientRect();
    return bottom > 0 && top < innerHeight && !image.hidden && !image.complete;
  }).length`;
  while ((await page.evaluate<number>(pending)) > 0 && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, 100));
  }
}
