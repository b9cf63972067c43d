/** An app's own version, as it says it in `X-Client-Version`. */
export interface ClientVersion {
  /** Lower case, such as `ios`; absent when the header is a bare version. */
  app?: string;
  /** Major, minor, patch. */
  numbers: readonly [number, number, number];
  /** A beta of that version, not the version itself. */
  isPrerelease: boolean;
}

/** Nothing longer is a version; it is also what a header may cost to look at. */
const MAX_LENGTH = 100;
/** `ios/3.2.0`, `3.2`, `web/4.0.0-beta.1+88`, `ios/3.2.0 (4711)`. */
const VERSION =
  /^(?:([a-z][a-z0-9_-]{0,30})\/)?v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(-[0-9a-z.-]+)?(?:\+[0-9a-z.-]+)?(?: .*)?$/i;

/** @returns undefined for what is no version, or none at all: nothing is known of such an app */
export function parseClientVersion(header: string | undefined): ClientVersion | undefined {
  const text = header?.trim() ?? "";
  const match = text.length <= MAX_LENGTH ? VERSION.exec(text) : null;
  if (!match) return undefined;
  const [, app, major, minor, patch, prerelease] = match;
  return {
    ...(app === undefined ? {} : { app: app.toLowerCase() }),
    numbers: [Number(major), Number(minor ?? 0), Number(patch ?? 0)],
    isPrerelease: prerelease !== undefined,
  };
}

/** Whether a version comes before another, as semver 2.0 (11) orders them; prereleases of one version are not told apart. */
export function isBefore(one: ClientVersion, other: ClientVersion): boolean {
  for (const [index, number] of one.numbers.entries()) {
    const difference = number - (other.numbers[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return one.isPrerelease && !other.isPrerelease;
}
