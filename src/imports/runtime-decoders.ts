import type { TextDecoders } from "./domain/csv/text-decoders.ts";

/** The decoders of the runtime. */
export function runtimeDecoders(): TextDecoders {
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const utf16le = new TextDecoder("utf-16le", { fatal: false, ignoreBOM: true });
  return {
    utf8(bytes) {
      try {
        return utf8.decode(bytes);
      } catch {
        return undefined;
      }
    },
    utf16le: (bytes) => utf16le.decode(bytes),
    stream(label) {
      try {
        const decoder = new TextDecoder(label, { fatal: false, ignoreBOM: true });
        const { encoding } = decoder;
        return { encoding, decode: (bytes, isEnd) => decoder.decode(bytes, { stream: !isEnd }) };
      } catch {
        return undefined;
      }
    },
  };
}
