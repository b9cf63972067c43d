/** The barcode reader: the browser's if available, otherwise zxing-wasm. */
import type { BarcodeReader, Picture } from "./barcode-reader.ts";
import { nativeReader, type DetectorClass } from "./native-reader.ts";
import { wasmReader } from "./wasm-reader.ts";

/** Thin bars need about two pixels each; more only takes longer. */
const MAX_FRAME = 1280;

/** The reader for the camera. */
export const cameraReader = async (): Promise<BarcodeReader> =>
  (await nativeReader(
    (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector,
    workerReader,
  )) ?? workerReader();

/** Reads photos too, and short add-on barcodes. */
export const workerReader = (): BarcodeReader =>
  wasmReader(
    new Worker(new URL("scan-worker.ts", import.meta.url), { type: "module" }),
    (picture) => createImageBitmap(picture, sizeFor(picture)),
  );

/** The size of a copy; large images are scaled down. */
function sizeFor(picture: Picture): ImageBitmapOptions {
  const [width, height] =
    "videoWidth" in picture
      ? [picture.videoWidth, picture.videoHeight]
      : [picture.width, picture.height];
  const largest = "videoWidth" in picture ? MAX_FRAME : MAX_PHOTO;
  const scale = largest / Math.max(width, height);
  return scale >= 1
    ? {}
    : { resizeWidth: Math.round(width * scale), resizeHeight: Math.round(height * scale) };
}

/** A photo may show a whole stack of books. */
const MAX_PHOTO = 2560;
