import type { ParsedIsbn } from "../domain/isbn/isbn.ts";
import { parseIsbnInText } from "../domain/isbn/in-text.ts";
import { DomainError } from "../../platform/errors.ts";

/** Reads the only ISBN in a text. @throws DomainError INVALID_ISBN, with suggestions */
export function requireIsbn(text: string): ParsedIsbn {
  const parsed = parseIsbnInText(text);
  if (parsed.ok) return parsed.isbn;
  throw new DomainError("INVALID_ISBN", parsed.detail, {
    details: { suggestions: parsed.suggestions },
  });
}
