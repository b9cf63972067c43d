import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { LaunchError } from "./launch-error.ts";

/**
 * The folder of the checkout or the distribution, which contains package.json and the migrations.
 */
export const PROJECT_ROOT = folderOf("package.json", import.meta.dirname);

/** Address and state folder of a local service. */
export interface LaunchSettings {
  /** An address or a host name to listen on. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Absolute path; wrangler's `--persist-to`. */
  readonly stateDir: string;
}

type ProcessEnv = Readonly<Record<string, string | undefined>>;

/**
 * Reads `HOST` (127.0.0.1), `PORT` (8787) and `STATE_DIR` (wrangler's own default), and creates the state folder.
 * @throws LaunchError if a value cannot be used
 */
export function launchSettings(env: ProcessEnv): LaunchSettings {
  const stateDir = stateFolder(env);
  try {
    mkdirSync(stateDir, { recursive: true });
  } catch (error) {
    throw new LaunchError(`STATE_DIR ${stateDir} cannot be created: ${reason(error)}`);
  }
  return { host: env["HOST"] || "127.0.0.1", port: portNumber(env["PORT"] || "8787"), stateDir };
}

/** Reads `STATE_DIR`. @returns an absolute path of a folder that may not exist */
export const stateFolder = (env: ProcessEnv): string =>
  resolve(PROJECT_ROOT, env["STATE_DIR"] || ".wrangler/state");

/** Daily backups of a local service. */
export interface BackupSettings {
  /** Absolute path of the folder. */
  readonly dir: string;
  /** Number of backups to keep. */
  readonly keep: number;
}

/**
 * Reads `BACKUP_DIR` and `BACKUP_KEEP` (14).
 * @returns undefined without a folder: daily backups are off
 * @throws LaunchError if a value cannot be used
 */
export function backupSettings(env: ProcessEnv): BackupSettings | undefined {
  const text = env["BACKUP_KEEP"] || "14";
  const keep = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (keep === 0) {
    throw new LaunchError(`BACKUP_KEEP must be a whole number from 1 to 9999; got "${text}".`);
  }
  const dir = env["BACKUP_DIR"];
  return dir ? { dir: resolve(PROJECT_ROOT, dir), keep } : undefined;
}

/** URL at which this machine reaches a service that listens on this host and port. */
export function localUrl(host: string, port: number): string {
  const everywhere = ["127.0.0.1", "0.0.0.0", "::"].includes(host);
  return `http://${everywhere ? "localhost" : host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whether only this machine can reach a service that listens on this host. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|::1|127(\.\d{1,3}){3})$/i.test(host);

/**
 * The notice of a start that callers on other machines cannot be distinguished; undefined if they
 * can, or if only this machine can reach the service.
 */
export function addressNotice(host: string, knowsAddresses: boolean): string | undefined {
  if (isLoopback(host) || knowsAddresses) return undefined;
  return (
    "Other machines can reach this service, and all callers without an account share one rate limit, because their addresses are unknown. " +
    "To limit each address, put a proxy in front that writes it into a header, and set CLIENT_IP_HEADER to that header's name."
  );
}

/** The notice of a start that Open Library is called without a contact; undefined if one is set. */
export function contactNotice(hasContact: boolean): string | undefined {
  if (hasContact) return undefined;
  return (
    "PROVIDER_CONTACT is not set: Open Library asks for a contact, may refuse calls without one, and allows one call per second instead of three. " +
    "Set it to an email address or the URL of a page about your service."
  );
}

function folderOf(file: string, from: string): string {
  return existsSync(join(from, file)) ? from : folderOf(file, dirname(from));
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new LaunchError(`PORT must be a whole number from 0 to 65535; got "${text}".`);
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
