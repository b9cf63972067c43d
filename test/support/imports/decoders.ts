import type { TextDecoders } from "../../../src/imports/domain/csv/text-decoders.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf16le = new TextDecoder("utf-16le", { fatal: false, ignoreBOM: true });

/** The decoders of the runtime, as src/imports/uploads.ts builds them. */
export const decoders: TextDecoders = {
  utf8(bytes) {
    try {
      return strict.decode(bytes);
    } catch {
      return undefined;
    }
  },
  utf16le: (bytes) => utf16le.decode(bytes),
  stream(label) {
    try {
      const decoder = new TextDecoder(label, { fatal: false, ignoreBOM: true });
      return {
        encoding: decoder.encoding,
        decode: (bytes, isEnd) => decoder.decode(bytes, { stream: !isEnd }),
      };
    } catch {
      return undefined;
    }
  },
};
