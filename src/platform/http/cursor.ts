import { DomainError } from "../errors.ts";

/** The error for a cursor that this list did not issue. */
export function invalidCursor(): DomainError {
  const message = "was not issued by this list in this sort order";
  return new DomainError("INVALID_CURSOR", `The cursor ${message}. Omit it to start over.`, {
    details: { issues: [{ path: "cursor", message }] },
  });
}
