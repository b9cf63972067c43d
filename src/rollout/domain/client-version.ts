import { defined } from "../../platform/defined.ts";
/** An app's version, from the header `X-Client-Version`. */
export interface ClientVersion {
  /** Lower case, such as `ios`; absent when the header is a bare version. */
  app?: string;
  /** Major, minor, patch. */
  numbers: readonly [number, number, number];
  /** A prerelease of that version, not the version itself. */
  isPrerelease: boolean;
}

/** A longer text is not a version. The limit also bounds the cost of parsing the header. */
const MAX_LENGTH = 100;
/** `ios/3.2.0`, `3.2`, `web/4.0.0-beta.1+88`, `ios/3.2.0 (4711)`. */
const VERSION =
  /^(?:([a-z][a-z0-9_-]{0,30})\/)?v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(-[0-9a-z.-]+)?(?:\+[0-9a-z.-]+)?(?: .*)?$/i;

/** @returns undefined for a missing or malformed header */
export function parseClientVersion(header: string | undefined): ClientVersion | undefined {
  const text = header?.trim() ?? "";
  const match = text.length <= MAX_LENGTH ? VERSION.exec(text) : null;
  if (!match) return undefined;
  const [, app, major, minor, patch, prerelease] = match;
  return {
    ...defined({ app: app?.toLowerCase() }),
    numbers: [Number(major), Number(minor ?? 0), Number(patch ?? 0)],
    isPrerelease: prerelease !== undefined,
  };
}

/** Whether a version precedes another, as semver 2.0 (11) orders them; prereleases of one version are not ordered. */
export function isBefore(one: ClientVersion, other: ClientVersion): boolean {
  for (const [index, number] of one.numbers.entries()) {
    const difference = number - (other.numbers[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return one.isPrerelease && !other.isPrerelease;
}
