import { BASE32_DIGIT, base32, type Secrets } from "./secrets.ts";

/** 80 bits: enough that no two tokens share an id. */
const ID_BYTES = 10;
/** 256 bits: as strong as the hash that is kept of it. */
const SECRET_BYTES = 32;

const TOKEN = new RegExp(`^bt_(${BASE32_DIGIT}{16})_(${BASE32_DIGIT}{52})$`);

/** The parts of a token; the id finds its row, the secret proves that it is the caller's. */
export interface TokenParts {
  id: string;
  secret: string;
}

/** A token that nobody has had before. */
export function newToken({ randomBytes }: Pick<Secrets, "randomBytes">): TokenParts {
  return { id: base32(randomBytes(ID_BYTES)), secret: base32(randomBytes(SECRET_BYTES)) };
}

/** Writes a token as callers send it: `bt_<16 digits>_<52 digits>` in lower-case base 32. */
export function formatToken({ id, secret }: TokenParts): string {
  return `bt_${id}_${secret}`;
}

/** Reads a token; undefined when the text cannot be one of ours, to the letter. */
export function parseToken(text: string): TokenParts | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : undefined;
}
