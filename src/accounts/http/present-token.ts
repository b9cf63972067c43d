import type { IssuedToken } from "../domain/tokens.ts";

/** A new token as it is sent. */
export function presentToken({ userId, token, scopes, expiresAt }: IssuedToken) {
  return { userId, token, scopes: [...scopes], expiresAt: new Date(expiresAt).toISOString() };
}
