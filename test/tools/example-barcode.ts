import bwipjs from "bwip-js/node";

/** The book of the example barcode. The demo's providers know it, and its sample library does not have it. */
export const EXAMPLE_ISBN = "9780441172719";
export const EXAMPLE_BARCODE = "barcode.png";

/** A barcode to try the scanner with, as PNG: on another screen, on paper, or as a photo. */
export const exampleBarcode = (): Promise<Buffer> =>
  bwipjs.toBuffer({
    bcid: "ean13",
    text: EXAMPLE_ISBN,
    includetext: true,
    scale: 4,
    height: 20,
    paddingwidth: 20,
    paddingheight: 10,
    backgroundcolor: "FFFFFF",
  });
