/** Bytes of a parameter, about; D1 takes 2 MB. */
const PIECE = 1_000_000;
const encoder = new TextEncoder();

/** A list as few JSON parameters, none longer than `PIECE` unless a single item is; none for an empty list. */
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
