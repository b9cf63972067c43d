import { expect, it } from "vitest";
import {
  readStoredValue,
  TRANSFORM_VERSION,
} from "../../src/catalogue/domain/legacy/stored-value.ts";
import { runtimeSecrets } from "../../src/platform/crypto.ts";
import { mixedKeys } from "../support/mixed-keys.ts";
import { flat, read, volume, works } from "../support/old-values.ts";

it("a transform with a different result has a different version", async () => {
  const mixed = Object.entries(mixedKeys(60).values).map(([key, text]) =>
    readStoredValue(key.slice("book:isbn:".length), text),
  );
  const books = [flat, volume, works].map((value) => read(value)).concat(mixed);
  const digest = (await runtimeSecrets.sha256(JSON.stringify(books))).slice(0, 16);
  // If this fails, the transform has changed: increment its version, then update the digest.
  expect({ version: TRANSFORM_VERSION, digest }).toEqual({
    version: 3,
    digest: "d8cedd3bf7457551",
  });
});
