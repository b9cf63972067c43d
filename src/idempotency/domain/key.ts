import { DomainError } from "../../platform/errors.ts";

/** Stripe's limit, which most clients respect. */
export const MAX_KEY_LENGTH = 255;

/** A structured-field string (RFC 9651 3.3.3): printable ASCII in quotes, `\"` and `\\` escaped. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** The unquoted form that most clients send. A comma would separate two headers; a quote would start a string. */
const BARE = /^[!#-+\--~](?:[ !#-+\--~]*[!#-+\--~])?$/;

/**
 * Parses an `Idempotency-Key` header, bare or quoted.
 * @throws DomainError INVALID_REQUEST if the key is malformed, empty, or longer than 255 characters
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
 * Returns the key of a request, from the header or the body; `undefined` when there is none.
 * @param header the value of `Idempotency-Key`
 * @param inBody the keys in the body, validated by its schema
 * @throws DomainError INVALID_REQUEST if the header is malformed or the keys differ
 */
export function keyOf(
  header: string | undefined,
  inBody: readonly (string | undefined)[],
): string | undefined {
  const given = [header === undefined ? undefined : parseKeyHeader(header), ...inBody];
  const keys = new Set(given.filter((key) => key !== undefined));
  if (keys.size > 1) throw refusal("differs from the key in the body; send only one");
  return [...keys][0];
}

function refusal(message: string): DomainError {
  return new DomainError("INVALID_REQUEST", `Idempotency-Key ${message}.`, {
    details: { issues: [{ path: "Idempotency-Key", message }] },
  });
}
