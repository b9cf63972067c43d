import type { Browser } from "playwright-core";

const QUALITY = 0.82;
/** Width of the picture of the README, in pixels. */
const OVERVIEW_WIDTH = 1600;
const OVERVIEW_HEIGHT = 900;

const dataUrl = (png: Buffer): string => `data:image/png;base64,${png.toString("base64")}`;

/** Encodes a PNG as WebP, which the browser can and Node cannot. */
export async function asWebp(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage();
  try {
    const url = await page.evaluate<string>(`(async () => {
      const image = await createImageBitmap(await (await fetch("${dataUrl(png)}")).blob());
      const canvas = new OffscreenCanvas(image.width, image.height);
      canvas.getContext("2d").drawImage(image, 0, 0);
      const blob = await canvas.convertToBlob({ type: "image/webp", quality: ${QUALITY} });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    })()`);
    return Buffer.from(url, "base64");
  } finally {
    await page.close();
  }
}

/** The desk with the phone in front of it. Transparent around them, so that it fits a light and a dark page. */
export async function overview(
  browser: Browser,
  { desk, phone }: { desk: Buffer; phone: Buffer },
): Promise<Buffer> {
  const page = await browser.newPage({
    viewport: { width: OVERVIEW_WIDTH, height: OVERVIEW_HEIGHT },
  });
  try {
    await page.setContent(`<style>
      body { margin: 0; background: transparent; }
      div { position: relative; width: ${OVERVIEW_WIDTH}px; height: ${OVERVIEW_HEIGHT}px; }
      img { position: absolute; display: block; border: 1px solid #8886; border-radius: 14px; }
      .desk { inset: 8px auto auto 8px; width: 1330px; }
      .phone { inset: auto 8px 8px auto; width: 352px; border-width: 6px; border-color: #222; border-radius: 34px; }
    </style>
    <div><img class="desk" src="${dataUrl(desk)}"><img class="phone" src="${dataUrl(phone)}"></div>`);
    return await page.screenshot({ omitBackground: true });
  } finally {
    await page.close();
  }
}
