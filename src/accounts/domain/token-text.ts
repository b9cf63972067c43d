import { BASE32_DIGIT, base32, type Secrets } from "./secrets.ts";

/** 80 bits: enough to make ids unique. */
const ID_BYTES = 10;
/** 256 bits: as strong as its stored hash. */
const SECRET_BYTES = 32;

const TOKEN = new RegExp(`^bt_(${BASE32_DIGIT}{16})_(${BASE32_DIGIT}{52})$`);

/** The parts of a token. The id finds its row; the secret proves possession. */
export interface TokenParts {
  id: string;
  secret: string;
}

/** Creates a token from random bytes. */
export function newToken({ randomBytes }: Pick<Secrets, "randomBytes">): TokenParts {
  return { id: base32(randomBytes(ID_BYTES)), secret: base32(randomBytes(SECRET_BYTES)) };
}

/** Formats a token as callers send it: `bt_<16 digits>_<52 digits>` in lower-case base 32. */
export function formatToken({ id, secret }: TokenParts): string {
  return `bt_${id}_${secret}`;
}

/** Parses a token. The match is exact; undefined for any other text. */
export function parseToken(text: string): TokenParts | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : undefined;
}
