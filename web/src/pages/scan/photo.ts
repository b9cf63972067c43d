/** Barcodes on photos: a way that works without a camera in the browser. */
import { workerReader } from "./camera/reader.ts";
import { codeOf, keyOf } from "./logic/code.ts";

export interface PhotoCodes {
  /** Each code once; without those of a shop if there are books. */
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

/** Books; if there are none, the others, so that the user hears why nothing was added. */
export function worthTaking(texts: readonly string[]): readonly string[] {
  const books = texts.filter((text) => ["book", "ask"].includes(codeOf(text).kind));
  return books.length > 0 ? books : texts;
}
