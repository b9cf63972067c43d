const encoder = new TextEncoder();

/** The strong validator of what an answer says: a hash of its JSON, without what only says when it was made. */
export async function etagOf(value: unknown): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(JSON.stringify(value)));
  const bytes = new Uint8Array(digest).subarray(0, 16);
  return `"${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}

/**
 * Whether a list of entity tags (If-Match, If-None-Match) names this one. Weak tags count as strong ones: a proxy that
 * compresses on the way makes them weak, and its clients could never change anything.
 */
export function namesEtag(list: string, etag: string): boolean {
  if (list.trim() === "*") return true;
  return list.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
