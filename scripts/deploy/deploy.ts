import {
  preparation,
  rollback,
  SHARES,
  split,
  upload,
  uploadedVersion,
  deployedUrl,
  liveVersion,
  wholeDeployment,
  type Command,
  type DeploymentTarget,
} from "./plan.ts";

/** Dependencies of a deployment. */
export interface DeployDeps {
  /** Runs wrangler and returns its output. @throws Error when it fails */
  wrangler(args: readonly string[]): Promise<string>;
  /**
   * Smoke-tests the service, or one version of it.
   * @param url address that wrangler printed, after a deployment with all the traffic
   * @throws Error that describes the problem
   */
  smoke(version: string | undefined, url?: string): Promise<void>;
  /** Waits while the new version gets its share of the traffic. */
  watch(): Promise<void>;
  print(text: string): void;
}

export interface DeployOptions extends DeploymentTarget {
  /** Whether to run only the commands that need no account, and print the others. */
  readonly rehearse: boolean;
  readonly allAtOnce: boolean;
}

/**
 * Deploys the service: schema, new version, then a growing share of the traffic with a smoke test at each step. Rolls back
 * when one fails.
 * @throws Error when a step fails; the previous version then has all the traffic again
 */
export async function deploy(options: DeployOptions, deps: DeployDeps): Promise<void> {
  const { print, wrangler, smoke, watch } = deps;
  const run = async ({ why, args, isRemote }: Command): Promise<string> => {
    print(`${why}: wrangler ${args.join(" ")}`);
    return options.rehearse && isRemote ? "" : wrangler(args);
  };
  for (const command of preparation(options)) await run(command);
  if (options.rehearse) {
    rehearseTraffic(options, print);
    return;
  }
  if (options.allAtOnce) {
    await smoke(undefined, deployedUrl(await run(wholeDeployment(options)), options));
    return;
  }
  const status = ["deployments", "status", "--env", options.target, "--json"];
  const live = liveVersion(await wrangler(status));
  const next = uploadedVersion(await run(upload(options)));
  try {
    for (const share of SHARES[options.target]) {
      await run(split(options, { next, live }, share));
      await smoke(next);
      if (share > 0 && share < 100) await watch();
    }
  } catch (error) {
    await run(rollback(options, live));
    throw error;
  }
}

function rehearseTraffic(options: DeployOptions, print: DeployDeps["print"]): void {
  const versions = { next: "<new>", live: "<live>" };
  const rest = options.allAtOnce
    ? [wholeDeployment(options)]
    : [
        upload(options),
        ...SHARES[options.target].map((share) => split(options, versions, share)),
        rollback(options, versions.live),
      ];
  for (const { why, args } of rest) print(`${why}: wrangler ${args.join(" ")}`);
}
