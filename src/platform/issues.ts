/** What zod says of one invalid value. */
export interface FoundIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Invalid fields of a request. */
export interface DescribedIssues {
  /** Each with its path, such as `readings.0.finishedAt`. */
  readonly issues: { path: string; message: string }[];
  /** All of them in one line. */
  readonly summary: string;
}

const LIMITS = new Set(["too_big", "too_small"]);

/**
 * Describes the issues of a value. A value of the wrong type has no other issue (zod also measures a
 * string that is in place of a list), and a value has one limit (zod's `int` has one of its own,
 * before that of the field).
 * @param under the path of the value in the request
 */
export function describeIssues(
  found: readonly FoundIssue[],
  under: readonly string[] = [],
): DescribedIssues {
  const placed = found.map(({ code, path, message }) => ({
    code,
    path: [...under, ...path].map(String).join("."),
    message,
  }));
  const issues = placed
    .filter((issue, index) => !placed.some((other, at) => replaces(other, issue, at > index)))
    .map(({ path, message }) => ({ path, message }));
  const summary = issues
    .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`))
    .join("; ");
  return { issues, summary };
}

type Placed = Pick<FoundIssue, "code"> & { readonly path: string };

/** Whether an issue says all that is useful of a value, so that the other one is left out. */
function replaces(issue: Placed, other: Placed, isLater: boolean): boolean {
  if (issue.path !== other.path) return false;
  if (issue.code === "invalid_type") return other.code !== "invalid_type";
  return isLater && issue.code === other.code && LIMITS.has(issue.code ?? "");
}
