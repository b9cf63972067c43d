const encoder = new TextEncoder();

/** Lower-case hex digits of some bytes. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Base64 for URLs (RFC 4648 5), without padding. */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** SHA-256 of the text's UTF-8 as 64 lower-case hex digits. */
export async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text))));
}

/** Randomness, hashing and comparison as the runtime provides them. */
export const runtimeSecrets = {
  /** Bytes from a cryptographic source. */
  randomBytes: (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count)),
  sha256,
  /** Compares two hashes in constant time. Their length is not secret. */
  sameHash(one: string, other: string): boolean {
    const [left, right] = [encoder.encode(one), encoder.encode(other)];
    return left.length === right.length && crypto.subtle.timingSafeEqual(left, right);
  },
};

/**
 * Checks a token against the one that is configured. Both are hashed first, so that the comparison takes the same time
 * for every input.
 * @returns undefined when no token is configured
 */
export function tokenCheck(
  configured: string | undefined,
): ((token: string) => Promise<boolean>) | undefined {
  if (configured === undefined) return undefined;
  return async (token) => runtimeSecrets.sameHash(await sha256(token), await sha256(configured));
}

/**
 * Wraps a token check so that it remembers the last accepted token.
 * @returns undefined if `check` is undefined
 */
export function rememberingCheck(check: ((token: string) => Promise<boolean>) | undefined):
  | {
      check(token: string): Promise<boolean>;
      /** Whether this isolate has accepted the token before. */
      wasAccepted(token: string): Promise<boolean>;
    }
  | undefined {
  if (check === undefined) return undefined;
  let accepted: string | undefined;
  return {
    async check(token) {
      if (!(await check(token))) return false;
      accepted = await sha256(token);
      return true;
    },
    wasAccepted: async (token) =>
      accepted !== undefined && runtimeSecrets.sameHash(await sha256(token), accepted),
  };
}

/**
 * Incremental SHA-256 of a body as it arrives. `crypto.subtle` needs all bytes at once, and a file
 * may have 25 MB.
 */
export function runningSha256(): {
  update(piece: Uint8Array): Promise<void>;
  hex(): Promise<string>;
} {
  const stream = new crypto.DigestStream("SHA-256");
  const writer = stream.getWriter();
  return {
    update: (piece) => writer.write(piece),
    async hex() {
      await writer.close();
      return hex(new Uint8Array(await stream.digest));
    },
  };
}
