/** An image as a provider sent it. */
export interface CoverImage {
  readonly type: ImageType;
  readonly bytes: Uint8Array;
}

export type ImageType = "image/jpeg" | "image/png" | "image/webp" | "image/gif";

/** Larger images are refused. */
export const MAX_COVER_BYTES = 1_000_000;
/** Images with a shorter side are placeholder pixels. */
const MIN_SIDE = 20;
/** An image with fewer bits per pixel is a single colour, or almost. */
const MIN_BITS_PER_PIXEL = 0.12;

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Recognises an image from its bytes; undefined for another format, a damaged header, or an empty
 * image.
 */
export function readImage(bytes: Uint8Array): CoverImage | undefined {
  if (bytes.length > MAX_COVER_BYTES) return undefined;
  const found = FORMATS.flatMap(({ type, matches, sizeOf }) => {
    const size = matches(bytes) ? sizeOf(viewOf(bytes)) : undefined;
    return size ? [{ type, size }] : [];
  })[0];
  if (found === undefined || isBlank(found.size, bytes.length)) return undefined;
  return { type: found.type, bytes };
}

function isBlank({ width, height }: Size, length: number): boolean {
  if (width < MIN_SIDE || height < MIN_SIDE) return true;
  return (length * 8) / (width * height) < MIN_BITS_PER_PIXEL;
}

interface Format {
  readonly type: ImageType;
  matches(bytes: Uint8Array): boolean;
  sizeOf(view: DataView): Size | undefined;
}

const FORMATS: readonly Format[] = [
  { type: "image/jpeg", matches: startsWith(0xff, 0xd8, 0xff), sizeOf: jpegSize },
  {
    type: "image/png",
    matches: startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    sizeOf: (view) =>
      sizeAt(view, 24, () => ({ width: view.getUint32(16), height: view.getUint32(20) })),
  },
  {
    type: "image/gif",
    matches: (bytes) => ["GIF87a", "GIF89a"].includes(textAt(bytes, 0, 6)),
    sizeOf: (view) =>
      sizeAt(view, 10, () => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) })),
  },
  {
    type: "image/webp",
    matches: (bytes) => textAt(bytes, 0, 4) === "RIFF" && textAt(bytes, 8, 12) === "WEBP",
    sizeOf: webpSize,
  },
];

/** The size in the first frame header, which any number of other segments may precede. */
function jpegSize(view: DataView): Size | undefined {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (isFrame(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** SOF0 to SOF15, without the tables and extensions among these numbers. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function webpSize(view: DataView): Size | undefined {
  return sizeAt(view, 30, () => {
    switch (view.getUint32(12)) {
      case 0x56503820: // "VP8 "
        return {
          width: view.getUint16(26, true) & 0x3fff,
          height: view.getUint16(28, true) & 0x3fff,
        };
      case 0x5650384c: {
        // "VP8L"
        const bits = view.getUint32(21, true);
        return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
      }
      case 0x56503858: // "VP8X"
        return { width: threeBytes(view, 24) + 1, height: threeBytes(view, 27) + 1 };
      default:
        return undefined;
    }
  });
}

function threeBytes(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
}

function sizeAt(view: DataView, needed: number, read: () => Size | undefined): Size | undefined {
  return view.byteLength < needed ? undefined : read();
}

function startsWith(...signature: readonly number[]) {
  return (bytes: Uint8Array): boolean => signature.every((byte, at) => bytes[at] === byte);
}

function textAt(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
