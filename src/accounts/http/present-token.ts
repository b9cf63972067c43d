import { isoTime } from "../../platform/time.ts";
import type { IssuedToken } from "../domain/tokens.ts";

/** A new token as it is sent. */
export function presentToken({ userId, token, scopes, expiresAt }: IssuedToken) {
  return { userId, token, scopes: [...scopes], expiresAt: isoTime(expiresAt) };
}
