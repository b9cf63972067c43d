import type { DecodeAll } from "./charset/detect-charset.ts";

/** Decoders of the runtime. */
export interface TextDecoders {
  /** Decodes complete UTF-8 sequences and preserves a BOM; undefined when a byte is invalid. */
  utf8(bytes: Uint8Array): string | undefined;
  /** Decodes complete UTF-16LE units and preserves a BOM; unpaired surrogates become U+FFFD. */
  utf16le(bytes: Uint8Array): string;
  /**
   * A decoder for a label of the Encoding Standard, to which the bytes are passed as they arrive; invalid bytes become
   * U+FFFD. Undefined for an unknown label.
   */
  stream(label: string): StreamDecoder | undefined;
}

export interface StreamDecoder {
  /** The name of the encoding in the Encoding Standard, in lower case. */
  encoding: string;
  decode(bytes: Uint8Array, isEnd: boolean): string;
}

/** What the caller knows about the encoding, and how to recognise a header. */
export interface EncodingHints {
  /** The encoding that the caller has chosen. */
  chosen?: string | undefined;
  /** The `charset` sent with the file; used if the bytes fit. */
  declared?: string | undefined;
  /** Whether a text is a column name. */
  isKnownName(name: string): boolean;
}

/** The encoding detected so far; before the first byte outside ASCII it may still change. */
export interface EncodingState {
  /** The label in the Encoding Standard, in lower case. Pure ASCII is `utf-8`. */
  encoding: string;
  /** From 0 to 1. */
  confidence: number;
  /** No character outside ASCII has been seen yet. */
  isAscii: boolean;
  /** The caller chose or declared the encoding, but another one is far more probable. */
  isImprobable: boolean;
  /** The text may have replacement characters or control characters. */
  mayBeDamaged: boolean;
}

/** Decodes bytes in one go, for a label of the Encoding Standard. */
export const decodeAllBy =
  (decoders: TextDecoders): DecodeAll =>
  (label, bytes) =>
    decoders.stream(label)?.decode(bytes, true) ?? "";
