/** An image source with barcodes. */
export type Picture = HTMLVideoElement | ImageBitmap;

export interface BarcodeReader {
  /** The texts of the barcodes in a picture. */
  read(picture: Picture): Promise<readonly string[]>;
  close(): void;
}
