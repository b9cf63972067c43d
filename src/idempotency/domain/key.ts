import { DomainError } from "../../platform/errors.ts";

/** Stripe's limit, which most clients keep to. */
export const MAX_KEY_LENGTH = 255;

/** A structured-field string (RFC 9651 3.3.3): printable ASCII in quotes, `\"` and `\\` escaped. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** As most clients send it. A comma would make it two headers, a quote a broken string. */
const BARE = /^[!#-+\--~](?:[ !#-+\--~]*[!#-+\--~])?$/;

/**
 * The key of an `Idempotency-Key` header, bare or quoted.
 * @throws DomainError INVALID_REQUEST for a text that is neither, is empty, or is longer than 255 characters
 */
export function parseKeyHeader(text: string): string {
  const trimmed = text.trim();
  const [, quoted] = QUOTED.exec(trimmed) ?? [];
  const key = quoted?.replaceAll(/\\(.)/g, "$1") ?? (BARE.test(trimmed) ? trimmed : "");
  if (key === "" || key.length > MAX_KEY_LENGTH) {
    throw refusal(`must be one key of 1 to ${MAX_KEY_LENGTH} ASCII characters, in quotes or bare`);
  }
  return key;
}

/**
 * The one key of a request, wherever it stands; `undefined` when there is none.
 * @param header the value of `Idempotency-Key`
 * @param inBody the keys that the body gives, which its schema has checked
 * @throws DomainError INVALID_REQUEST when the header is malformed, or two keys differ
 */
export function keyOf(
  header: string | undefined,
  inBody: readonly (string | undefined)[],
): string | undefined {
  const given = [header === undefined ? undefined : parseKeyHeader(header), ...inBody];
  const keys = new Set(given.filter((key) => key !== undefined));
  if (keys.size > 1) throw refusal("differs from the key in the body: give it once");
  return [...keys][0];
}

function refusal(message: string): DomainError {
  return new DomainError("INVALID_REQUEST", `Idempotency-Key ${message}.`, {
    details: { issues: [{ path: "Idempotency-Key", message }] },
  });
}
