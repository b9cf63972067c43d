/** Reads barcodes with zxing-wasm in a worker, so that the page stays responsive. */
import { prepareZXingModule, readBarcodes, type ReaderOptions } from "zxing-wasm/reader";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { ReadRequest, ReadResponse } from "./wasm-reader.ts";

/** The types are for a window, which requires a target origin. */
const WORKER = self as unknown as Pick<Worker, "postMessage">;
const OPTIONS: ReaderOptions = {
  formats: ["EAN13", "EAN8", "UPCA", "UPCE"],
  eanAddOnSymbol: "Read",
  tryHarder: true,
  tryRotate: true,
  tryInvert: false,
  maxNumberOfSymbols: 8,
};

// Otherwise it would load the module from a CDN.
prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

addEventListener("message", ({ data }: MessageEvent<ReadRequest>) => {
  void respond(data);
});

async function respond({ id, image }: ReadRequest): Promise<void> {
  const send = (response: ReadResponse): void => WORKER.postMessage(response, []);
  try {
    const results = await readBarcodes(pixelsOf(image), OPTIONS);
    send({ id, texts: results.filter(({ isValid }) => isValid).map(({ text }) => text) });
  } catch (error) {
    send({ id, error: String(error) });
  }
}

function pixelsOf(image: ImageBitmap): ImageData {
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("No 2D canvas context is available.");
  // Transparent pixels are background.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0);
  image.close();
  return context.getImageData(0, 0, width, height);
}
