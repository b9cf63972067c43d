/** UTF-16 units of a parameter. D1 takes 2 MB; of most texts this is 1 MB or little more. */
const PIECE = 1_000_000;

/** A list as few JSON parameters, none much longer than `PIECE`; none for an empty list. */
export function jsonPieces(list: readonly unknown[]): string[] {
  const pieces: string[] = [];
  let open: string[] = [];
  let length = 0;
  for (const item of list) {
    const json = JSON.stringify(item);
    if (length + json.length > PIECE && open.length > 0) {
      pieces.push(`[${open.join(",")}]`);
      open = [];
      length = 0;
    }
    open.push(json);
    length += json.length + 1;
  }
  if (open.length > 0) pieces.push(`[${open.join(",")}]`);
  return pieces;
}
