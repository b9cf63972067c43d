import { DomainError } from "../errors.ts";

/** @returns the refusal of a cursor that this list did not give */
export function invalidCursor(): DomainError {
  const message = "is not one that this list gave in this order";
  return new DomainError("INVALID_CURSOR", `The cursor ${message}. Leave it out to begin again.`, {
    details: { issues: [{ path: "cursor", message }] },
  });
}
