import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import bwipjs, { type RenderOptions } from "bwip-js/node";

const WIDTH = 640;
const HEIGHT = 480;
const BLACK = 16;
const WHITE = 235;
const NO_COLOUR = 128;
/** How long the fake camera shows each frame. */
const FRAME_RATE = "F2:1";
/** Pixels per module: an EAN-13 with its add-on then fills most of the width. */
const MODULE = 3;

/** A barcode for the fake camera. `text` may have an add-on after a space. */
export interface ShownBarcode {
  readonly bcid: "ean13" | "upca";
  readonly text: string;
}

/** A video for Chromium's fake camera that shows barcodes one after another in a loop. */
export interface BarcodeVideo {
  readonly flags: readonly string[];
  remove(): void;
}

/** Draws the video in YUV4MPEG, which needs no encoder. */
export function barcodeVideo(barcodes: readonly ShownBarcode[]): BarcodeVideo {
  const folder = mkdtempSync(join(tmpdir(), "barcode-video-"));
  const file = join(folder, "camera.y4m");
  const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} ${FRAME_RATE} Ip A1:1 C420\n`);
  writeFileSync(file, Buffer.concat([header, ...barcodes.map(frame)]));
  return {
    flags: [
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      `--use-file-for-fake-video-capture=${file}`,
    ],
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** A photo of barcodes, as PNG. */
export const barcodePhoto = (barcode: ShownBarcode): Promise<Buffer> =>
  bwipjs.toBuffer({ ...options(barcode), scale: 3, paddingwidth: 20, paddingheight: 20 });

function frame(barcode: ShownBarcode): Buffer {
  const row = Buffer.alloc(WIDTH, WHITE);
  const widths = barWidths(barcode);
  const total = widths.reduce((sum, width) => sum + width, 0) * MODULE;
  if (total > WIDTH - 40) throw new Error(`${barcode.text} is too wide for the fake camera.`);
  let x = Math.floor((WIDTH - total) / 2);
  widths.forEach((width, index) => {
    if (index % 2 === 0) row.fill(BLACK, x, x + width * MODULE);
    x += width * MODULE;
  });
  const blank = Buffer.alloc(WIDTH, WHITE);
  const luma = Array.from({ length: HEIGHT }, (_, y) =>
    y > HEIGHT * 0.3 && y < HEIGHT * 0.7 ? row : blank,
  );
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, NO_COLOUR);
  return Buffer.concat([Buffer.from("FRAME\n"), ...luma, chroma]);
}

/** Widths of bars and spaces, alternating. */
function barWidths(barcode: ShownBarcode): readonly number[] {
  const [drawn] = bwipjs.raw(options(barcode));
  if (!drawn || !("sbs" in drawn)) throw new Error(`${barcode.text} cannot be drawn.`);
  return drawn.sbs;
}

/**
 * The gap before the add-on is that of most books; the default is the widest in the standard. The
 * types lack this option.
 */
const NEAR_ADD_ON = { addongap: 9 };

const options = ({ bcid, text }: ShownBarcode): RenderOptions => ({ bcid, text, ...NEAR_ADD_ON });
