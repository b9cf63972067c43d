/**
 * Whether a tag is the newest version: not a pre-release, and no other version is higher. A patch
 * of an older version is not.
 * @param tags of all versions, `v` and the version; others are ignored
 */
export function isLatest(tag: string, tags: readonly string[]): boolean {
  const own = numbersOf(tag);
  if (own === undefined) return false;
  return tags.every((other) => {
    const numbers = numbersOf(other);
    return numbers === undefined || compare(numbers, own) <= 0;
  });
}

/** Major, minor and patch; undefined for a pre-release and for other texts. */
function numbersOf(tag: string): number[] | undefined {
  return /^v(\d+)\.(\d+)\.(\d+)$/.exec(tag)?.slice(1).map(Number);
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
