import type { BarcodeReader, Picture } from "./barcode-reader.ts";

export interface ReadRequest {
  readonly id: number;
  readonly image: ImageBitmap;
}

export type ReadResponse =
  | { readonly id: number; readonly texts: readonly string[] }
  | { readonly id: number; readonly error: string };

/** The part of a worker that a reader needs. */
export type ReadWorker = Pick<Worker, "postMessage" | "addEventListener" | "terminate">;

interface Waiting {
  resolve(texts: readonly string[]): void;
  reject(error: Error): void;
}

/** A reader in a worker. @param imageOf makes a transferable copy of an image */
export function wasmReader(
  worker: ReadWorker,
  imageOf: (picture: Picture) => Promise<ImageBitmap>,
): BarcodeReader {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;

  worker.addEventListener("message", (event) => {
    const { data } = event as MessageEvent<ReadResponse>;
    const read = waiting.get(data.id);
    waiting.delete(data.id);
    if ("texts" in data) read?.resolve(data.texts);
    else read?.reject(new Error(data.error));
  });
  // The worker could not be loaded or has crashed, so pending reads never end.
  worker.addEventListener("error", () => {
    for (const read of waiting.values()) read.reject(new Error("The barcode reader has stopped."));
    waiting.clear();
  });

  return {
    async read(picture) {
      const image = await imageOf(picture);
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, image } satisfies ReadRequest, [image]);
      });
    },
    close: () => worker.terminate(),
  };
}
