import { parseIsbn, type ParsedIsbn } from "../domain/isbn/isbn.ts";
import { DomainError } from "../../platform/errors.ts";

/** Parses an ISBN. @throws DomainError INVALID_ISBN, with suggestions */
export function requireIsbn(text: string): ParsedIsbn {
  const parsed = parseIsbn(text);
  if (parsed.ok) return parsed.isbn;
  throw new DomainError("INVALID_ISBN", parsed.detail, {
    details: { suggestions: parsed.suggestions },
  });
}
