// For `node --require` before a script in TypeScript: reports a Node that is too old in one line;
// it would otherwise fail on the script's syntax. Plain JavaScript, because it has to run on every
// Node.
const { engines, devDependencies } = require("../package.json");

const major = (version) => Number.parseInt(version.replace(/^\D+/, ""), 10);

const own = process.versions.node;
// npm reports the Node that it runs on, which need not be the one that runs the scripts.
const [, machines = own] = /node\/v(\S+)/.exec(process.env.npm_config_user_agent ?? "") ?? [];

if (major(own) < major(devDependencies.node)) {
  console.error(
    `Node ${own} cannot run this. \`npm ci\` installs Node ${devDependencies.node} for the scripts: run it without --ignore-scripts.`,
  );
  process.exit(1);
}
if (major(machines) < major(engines.node)) {
  console.error(
    `This machine's Node ${machines} is too old: install Node ${major(engines.node)} or newer, then run \`npm ci\` again.`,
  );
}
