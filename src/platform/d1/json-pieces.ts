/** Approximate size of a parameter in bytes; D1 accepts 2 MB. */
const PIECE = 1_000_000;
const encoder = new TextEncoder();

/**
 * Splits a list into as few JSON array parameters as possible. None is longer than `PIECE` unless a single item is. An
 * empty list yields none.
 */
export function jsonPieces(list: readonly unknown[]): string[] {
  const pieces: string[] = [];
  let open: string[] = [];
  let bytes = 0;
  for (const item of list) {
    const json = JSON.stringify(item);
    const size = encoder.encode(json).length + 1;
    if (bytes + size > PIECE && open.length > 0) {
      pieces.push(`[${open.join(",")}]`);
      open = [];
      bytes = 0;
    }
    open.push(json);
    bytes += size;
  }
  if (open.length > 0) pieces.push(`[${open.join(",")}]`);
  return pieces;
}
