import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import { expect, vi } from "vitest";
import type { Scope } from "../../contract/accounts.ts";
import { call } from "./http.ts";

/** An account as returned at its creation. */
export interface Account {
  userId: string;
  token: string;
  scopes: Scope[];
  expiresAt: string;
  recoveryCode: string;
}

/** A token as it was issued. */
export type Issued = Omit<Account, "recoveryCode">;

/** Creates an account over HTTP. */
export async function newAccount(): Promise<Account> {
  const response = await call("/api/v2/users", { method: "POST" });
  expect(response.status).toBe(201);
  return response.json<Account>();
}

export const bearer = (token: string): { Authorization: string } => ({
  Authorization: `Bearer ${token}`,
});

/** Requests a token with a JSON body, a token in Authorization, or both. */
export function askForToken(body?: object, token?: string): Promise<Response> {
  return call("/api/v2/tokens", {
    method: "POST",
    headers: {
      ...(token === undefined ? {} : bearer(token)),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Exchanges a token for one with fewer scopes. */
export async function narrowed(token: string, scopes: Scope[]): Promise<string> {
  const response = await askForToken({ scopes }, token);
  expect(response.status).toBe(201);
  return (await response.json<Issued>()).token;
}

/**
 * Simulates the issuer that the tests trust (https://issuer.test); every other URL is unreachable.
 * @returns a function that signs the issuer's identity tokens; they are valid unless the given claims make them invalid
 */
export async function issuerInPlace(): Promise<(claims?: JWTPayload) => Promise<string>> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: "test", alg: "ES256" }];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url === "https://issuer.test/keys") return Response.json({ keys });
    throw new TypeError("connection refused");
  });
  return (claims = {}) => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: "https://issuer.test",
      aud: "com.example.app",
      iat: now,
      exp: now + 600,
      ...claims,
    })
      .setProtectedHeader({ alg: "ES256", kid: "test" })
      .sign(privateKey);
  };
}
