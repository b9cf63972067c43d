import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Path of a program in the folders of PATH, or in those for administrators; undefined if it is not installed. */
export function installed(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = [...(env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
