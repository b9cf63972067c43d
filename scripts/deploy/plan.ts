/** Environment of a deployment. */
export type Target = "staging" | "production";

export const TARGETS: readonly Target[] = ["staging", "production"];

/** One wrangler command of a deployment. */
export interface Command {
  readonly why: string;
  readonly args: readonly string[];
  /** Whether it needs the Cloudflare account; a rehearsal only prints it. */
  readonly isRemote: boolean;
}

export interface DeploymentTarget {
  readonly target: Target;
  /** Tag of the version: the commit. */
  readonly tag: string;
  /** A domain of the account for a deployment with all the traffic; later deployments keep it. */
  readonly domain?: string | undefined;
}

/** Name of the Worker of a target: the name in wrangler.jsonc with the environment appended. */
export const workerName = (target: Target): string => `bookstrack-backend-${target}`;

/**
 * Percentages of the traffic that a new version gets, in order. Each step is checked before the
 * next; at 0 only the smoke test reaches the version.
 */
export const SHARES: Readonly<Record<Target, readonly number[]>> = {
  staging: [0, 100],
  production: [0, 10, 50, 100],
};

/** Commands that run before any traffic moves, so that most failures happen here. */
export function preparation({ target }: DeploymentTarget): Command[] {
  return [
    {
      why: "Check that the Worker builds and its configuration is complete",
      args: ["deploy", "--dry-run", "--env", target, "--outdir", `dist/${target}`],
      isRemote: false,
    },
    {
      why: "Check that it starts within the platform's limit",
      // wrangler passes only `--args` to the build, which would otherwise use the local
      // environment.
      args: [
        "check",
        "startup",
        `--args=--env ${target}`,
        "--outfile",
        `dist/${target}.cpuprofile`,
      ],
      isRemote: false,
    },
    {
      why: "Print a bookmark to restore, in case a migration has to be undone",
      args: ["d1", "time-travel", "info", "DB", "--env", target, "--json"],
      isRemote: true,
    },
    {
      why: "Migrate the schema; migrations only add, so the old version keeps working",
      args: ["d1", "migrations", "apply", "DB", "--remote", "--env", target],
      isRemote: true,
    },
  ];
}

/** Deploys with all the traffic immediately: for the first deployment and for each new Durable Object class. */
export function wholeDeployment({ target, tag, domain }: DeploymentTarget): Command {
  return {
    why: "Deploy with all the traffic",
    args: [
      "deploy",
      "--env",
      target,
      "--tag",
      tag,
      ...(domain === undefined ? [] : ["--domain", domain]),
    ],
    isRemote: true,
  };
}

export function upload({ target, tag }: DeploymentTarget): Command {
  return {
    why: "Upload a version without traffic",
    args: ["versions", "upload", "--env", target, "--tag", tag],
    isRemote: true,
  };
}

/** @param share of the traffic for the new version, in percent */
export function split(
  { target }: DeploymentTarget,
  versions: { readonly next: string; readonly live: string },
  share: number,
): Command {
  const parts =
    share === 100
      ? [`${versions.next}@100%`]
      : [`${versions.next}@${share}%`, `${versions.live}@${100 - share}%`];
  return {
    why: `Move ${share} % of the traffic`,
    args: ["versions", "deploy", ...parts, "--env", target, "--yes"],
    isRemote: true,
  };
}

export function rollback({ target }: DeploymentTarget, live: string): Command {
  return {
    why: "Roll back to the previous version",
    args: ["rollback", live, "--env", target, "--yes", "--message", "the smoke test failed"],
    isRemote: true,
  };
}

/** The id that `wrangler versions upload` prints. @throws Error if it prints none */
export function uploadedVersion(output: string): string {
  const id = /Worker Version ID:\s*([0-9a-f-]{36})/.exec(output)?.[1];
  if (id === undefined)
    throw new Error("The output of wrangler does not name the uploaded version.");
  return id;
}

/**
 * The address that `wrangler deploy` prints: that of the domain, or one under workers.dev.
 * Undefined if it prints none.
 */
export function deployedUrl(output: string, { domain }: DeploymentTarget): string | undefined {
  if (domain !== undefined) return `https://${domain}`;
  return /https:\/\/[\w.-]+\.workers\.dev\b/.exec(output)?.[0];
}

/**
 * The version with the most traffic, from `wrangler deployments status --json`.
 * @throws Error if nothing is deployed
 */
export function liveVersion(json: string): string {
  const { versions = [] } = JSON.parse(json) as {
    versions?: { version_id: string; percentage: number }[];
  };
  const [most] = versions.toSorted((one, other) => other.percentage - one.percentage);
  if (!most) throw new Error("There is no deployment yet. Deploy with --all-at-once first.");
  return most.version_id;
}
