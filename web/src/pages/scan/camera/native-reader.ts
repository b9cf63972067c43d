import { codeOf } from "../logic/code.ts";
import type { BarcodeReader } from "./barcode-reader.ts";

/** The browser's own barcode reader (Shape Detection API), which the types lack. */
export interface DetectorClass {
  new (options: { formats: readonly string[] }): {
    detect(picture: CanvasImageSource | Blob): Promise<readonly { readonly rawValue: string }[]>;
  };
  getSupportedFormats(): Promise<readonly string[]>;
}

const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e"];

/**
 * The browser's reader, if it has one that reads EAN-13.
 * @param more reads what the browser cannot: the add-on of a UPC, without which the book cannot be
 * identified
 */
export async function nativeReader(
  Detector: DetectorClass | undefined,
  more: () => BarcodeReader,
): Promise<BarcodeReader | undefined> {
  if (Detector === undefined) return undefined;
  const formats = await formatsOf(Detector);
  if (!formats.includes("ean_13")) return undefined;
  const detector = new Detector({ formats });
  let other: BarcodeReader | undefined;
  return {
    async read(picture) {
      const texts = (await detector.detect(picture)).map(({ rawValue }) => rawValue);
      if (!texts.some((text) => codeOf(text).kind === "needs-add-on")) return texts;
      other ??= more();
      const readMore = await other.read(picture).catch(() => []);
      return readMore.length > 0 ? readMore : texts;
    },
    close: () => other?.close(),
  };
}

/** Some browsers have the class without a working implementation. */
async function formatsOf(Detector: DetectorClass): Promise<string[]> {
  try {
    const supported = await Detector.getSupportedFormats();
    return FORMATS.filter((format) => supported.includes(format));
  } catch {
    return [];
  }
}
