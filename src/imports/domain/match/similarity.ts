/** Dice coefficient of the letter pairs of two texts, from 0 to 1: twice the shared pairs divided by all pairs. */
export function diceSimilarity(one: string, other: string): number {
  if (one === other) return 1;
  const left = pairsOf(one);
  const right = pairsOf(other);
  if (left.length === 0 || right.length === 0) return 0;
  const open = new Map<string, number>();
  for (const pair of left) open.set(pair, (open.get(pair) ?? 0) + 1);
  let shared = 0;
  for (const pair of right) {
    const count = open.get(pair) ?? 0;
    if (count > 0) {
      shared += 1;
      open.set(pair, count - 1);
    }
  }
  return (2 * shared) / (left.length + right.length);
}

function pairsOf(text: string): string[] {
  const letters = Array.from(text.replaceAll(" ", ""));
  return letters.slice(1).map((letter, index) => `${letters[index]}${letter}`);
}
