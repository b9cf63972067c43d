/** Barcodes on photos, which works without camera access in the browser. */
import { workerReader } from "./camera/reader.ts";
import { codeOf, keyOf } from "./logic/code.ts";

export interface PhotoCodes {
  /** Distinct codes; if there are books, without other codes. */
  readonly texts: readonly string[];
  /** Whether none of the files is a picture. */
  readonly isBroken: boolean;
}

export async function readPhotos(files: readonly Blob[]): Promise<PhotoCodes> {
  const reader = workerReader();
  const found = new Map<string, string>();
  let broken = 0;
  try {
    for (const file of files) {
      const image = await createImageBitmap(file).catch(() => undefined);
      if (!image) broken += 1;
      else for (const text of await reader.read(image)) found.set(keyOf(text), text);
      image?.close();
    }
  } catch {
    broken = files.length;
  } finally {
    reader.close();
  }
  return { texts: worthTaking([...found.values()]), isBroken: broken === files.length };
}

/**
 * The books or, if there are none, the other codes, so that the user learns why nothing was added.
 */
export function worthTaking(texts: readonly string[]): readonly string[] {
  const books = texts.filter((text) => ["book", "ask"].includes(codeOf(text).kind));
  return books.length > 0 ? books : texts;
}
