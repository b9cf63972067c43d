const encoder = new TextEncoder();

/**
 * Strong entity tag of a response body: a hash of its JSON. The caller omits members that are only
 * timestamps.
 */
export async function etagOf(value: unknown): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(JSON.stringify(value)));
  const bytes = new Uint8Array(digest).subarray(0, 16);
  return `"${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}

/**
 * Entity tag of one shelf entry: the entry's version and a hash of the whole response. A change of the book's catalogue
 * data changes only the hash, so clients fetch it, while their If-Match still succeeds.
 */
export async function entryEtag(version: number, answer: unknown): Promise<string> {
  return `"${version}-${(await etagOf(answer)).slice(1)}`;
}

/** Whether If-Match lists this version of an entry; changes of the book's catalogue data are ignored. */
export function namesVersion(list: string, version: number): boolean {
  return listed(list, (tag) => tag.startsWith(`"${version}-`));
}

/**
 * Whether a list of entity tags (If-Match, If-None-Match) contains this one. Weak tags match too: a compressing proxy
 * weakens tags, and clients behind it could otherwise never change anything.
 */
export function namesEtag(list: string, etag: string): boolean {
  return listed(list, (tag) => tag === etag);
}

function listed(list: string, matches: (tag: string) => boolean): boolean {
  if (list.trim() === "*") return true;
  return list.split(",").some((tag) => matches(tag.trim().replace(/^W\//, "")));
}
