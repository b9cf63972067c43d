// The `build` command of the local environment in wrangler.jsonc, which wrangler runs before it bundles. Staging and production
// have none. It ends a deployment that names no environment before anything reaches the account; dry runs, `wrangler dev` and
// `wrangler types` pass. Plain JavaScript, because it runs on whatever Node is installed.
const { execFileSync } = require("node:child_process");
const { existsSync, readFileSync } = require("node:fs");

/** A process's parent and arguments. */
function processOf(pid) {
  if (existsSync(`/proc/${pid}/stat`)) {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return {
      parent: Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]),
      args: readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0"),
    };
  }
  const printed = execFileSync("ps", ["-o", "ppid=,args=", "-p", String(pid)], {
    encoding: "utf8",
  });
  const [parent, ...args] = printed.trim().split(/\s+/);
  return { parent: Number(parent), args };
}

/**
 * Whether the wrangler process that runs this does a dry run. False if that cannot be determined.
 */
function isDryRun() {
  try {
    // A shell may be between the two processes.
    for (let pid = process.ppid; pid > 1;) {
      const { parent, args } = processOf(pid);
      if (args.some((arg) => /wrangler-dist.cli\.js$/.test(arg))) return args.includes("--dry-run");
      pid = parent;
    }
  } catch {
    // The process has exited, or permission is missing.
  }
  return false;
}

const command = process.env.WRANGLER_COMMAND;
if (["deploy", "versions upload"].includes(command) && !isDryRun()) {
  console.error(
    `This is the local environment, which is not for Cloudflare. Name another one: npm run deploy:production, or wrangler ${command} --env production.`,
  );
  process.exit(1);
}
