const encoder = new TextEncoder();

/** The strong validator of what an answer says: a hash of its JSON, without what only says when it was made. */
export async function etagOf(value: unknown): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(JSON.stringify(value)));
  const bytes = new Uint8Array(digest).subarray(0, 16);
  return `"${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}

/**
 * The validator of one entry of a shelf: the entry's version, and a hash of the whole answer. What the catalogue says of
 * the book changes the hash alone, so that a client sees it, and its If-Match holds all the same.
 */
export async function entryEtag(version: number, answer: unknown): Promise<string> {
  return `"${version}-${(await etagOf(answer)).slice(1)}`;
}

/** Whether If-Match names this version of an entry, whatever the catalogue has learned of its book since. */
export function namesVersion(list: string, version: number): boolean {
  return listed(list, (tag) => tag.startsWith(`"${version}-`));
}

/**
 * Whether a list of entity tags (If-Match, If-None-Match) names this one. Weak tags count as strong ones: a proxy that
 * compresses on the way makes them weak, and its clients could never change anything.
 */
export function namesEtag(list: string, etag: string): boolean {
  return listed(list, (tag) => tag === etag);
}

function listed(list: string, matches: (tag: string) => boolean): boolean {
  if (list.trim() === "*") return true;
  return list.split(",").some((tag) => matches(tag.trim().replace(/^W\//, "")));
}
