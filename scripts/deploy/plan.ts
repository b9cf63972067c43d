/** Where a deployment goes. */
export type Target = "staging" | "production";

export const TARGETS: readonly Target[] = ["staging", "production"];

/** One wrangler command of a deployment. */
export interface Command {
  readonly why: string;
  readonly args: readonly string[];
  /** Whether it needs the account: a rehearsal only says it. */
  readonly isRemote: boolean;
}

export interface DeploymentWishes {
  readonly target: Target;
  /** What the version is called: the commit. */
  readonly tag: string;
}

/** What wrangler calls the Worker of a target: the name in wrangler.jsonc, and the environment. */
export const workerName = (target: Target): string => `bookstrack-backend-${target}`;

/** Shares of the traffic that a new version gets, one after the other; each is looked at before the next, the first by us alone. */
export const SHARES: Readonly<Record<Target, readonly number[]>> = {
  staging: [0, 100],
  production: [0, 10, 50, 100],
};

/** What comes before any traffic: what can fail, fails here. */
export function preparation({ target }: DeploymentWishes): Command[] {
  return [
    {
      why: "The Worker builds, and its configuration is whole",
      args: ["deploy", "--dry-run", "--env", target, "--outdir", `dist/${target}`],
      isRemote: false,
    },
    {
      why: "It starts within the platform's limit",
      args: ["check", "startup", "--env", target, "--outfile", `dist/${target}.cpuprofile`],
      isRemote: false,
    },
    {
      why: "A bookmark to come back to, should a migration have to be undone",
      args: ["d1", "time-travel", "info", "DB", "--env", target, "--json"],
      isRemote: true,
    },
    {
      why: "The schema first: it only grows, so the old version runs on it",
      args: ["d1", "migrations", "apply", "DB", "--remote", "--env", target],
      isRemote: true,
    },
  ];
}

/** The very first deployment, and every one that brings a new class of Durable Objects, gets all the traffic at once. */
export function wholeDeployment({ target, tag }: DeploymentWishes): Command {
  return {
    why: "All traffic at once",
    args: ["deploy", "--env", target, "--tag", tag],
    isRemote: true,
  };
}

export function upload({ target, tag }: DeploymentWishes): Command {
  return {
    why: "A version without traffic",
    args: ["versions", "upload", "--env", target, "--tag", tag],
    isRemote: true,
  };
}

/** @param share of the traffic for the new version, in percent */
export function split(
  { target }: DeploymentWishes,
  versions: { readonly next: string; readonly live: string },
  share: number,
): Command {
  const parts =
    share === 100
      ? [`${versions.next}@100%`]
      : [`${versions.next}@${share}%`, `${versions.live}@${100 - share}%`];
  return {
    why: `${share} % of the traffic`,
    args: ["versions", "deploy", ...parts, "--env", target, "--yes"],
    isRemote: true,
  };
}

export function rollback({ target }: DeploymentWishes, live: string): Command {
  return {
    why: "Back to the version before",
    args: ["rollback", live, "--env", target, "--yes", "--message", "the smoke test failed"],
    isRemote: true,
  };
}

/**
 * The id that `wrangler versions upload` prints.
 * @throws Error when there is none
 */
export function uploadedVersion(output: string): string {
  const id = /Worker Version ID:\s*([0-9a-f-]{36})/.exec(output)?.[1];
  if (id === undefined) throw new Error("wrangler has not said which version it uploaded.");
  return id;
}

/**
 * The version that has most of the traffic, from `wrangler deployments status --json`.
 * @throws Error when there is none
 */
export function liveVersion(json: string): string {
  const { versions = [] } = JSON.parse(json) as {
    versions?: { version_id: string; percentage: number }[];
  };
  const [most] = versions.toSorted((one, other) => other.percentage - one.percentage);
  if (!most) throw new Error("Nothing is deployed yet: deploy with --all-at-once first.");
  return most.version_id;
}
