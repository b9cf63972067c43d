import type { BrowserContext } from "playwright-core";

/** Holds requests back. @returns a function that releases them and all later ones */
export async function hold(context: BrowserContext, url: RegExp): Promise<() => void> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await context.route(url, async (route) => {
    await released;
    await route.continue();
  });
  return () => release();
}
