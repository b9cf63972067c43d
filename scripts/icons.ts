/**
 * `npm run icons`: draws the PNG icons of the web app from `web/public/icon.svg` in Chromium, for
 * systems without SVG icons: iOS, and launchers that crop icons to their own shape.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser } from "../test/tools/browser.ts";
import { PROJECT_ROOT } from "./local/settings.ts";

const PUBLIC = join(PROJECT_ROOT, "web/public");
const GREEN = "#14532d";

/** `isWhole`: filled to the edges, with the drawing inside the safe zone of every shape. */
const ICONS = [
  { name: "icon-192.png", size: 192, isWhole: false },
  { name: "icon-512.png", size: 512, isWhole: false },
  { name: "icon-maskable-512.png", size: 512, isWhole: true },
  { name: "apple-touch-icon.png", size: 180, isWhole: true },
] as const;

const svg = readFileSync(join(PUBLIC, "icon.svg"), "utf8");
const browser = await launchBrowser();
try {
  for (const { name, size, isWhole } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const inner = isWhole ? Math.round(size * 0.8) : size;
    await page.setContent(`
      <style>
        body { margin: 0; height: 100vh; display: grid; place-items: center; background: ${isWhole ? GREEN : "transparent"} }
        svg { width: ${inner}px; height: ${inner}px }
      </style>${svg}`);
    await page.screenshot({ path: join(PUBLIC, name), omitBackground: true });
    await page.close();
    console.log(`web/public/${name}: ${size} × ${size}`);
  }
} finally {
  await browser.close();
}
