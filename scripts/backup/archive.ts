import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { createTarDecoder } from "modern-tar";
import { packTar, type TarSource } from "modern-tar/fs";
import { LaunchError } from "../local/launch-error.ts";
import { FORMAT_VERSION, MANIFEST, parseManifest, type Manifest } from "./manifest.ts";

/** Larger manifests are rejected. One with 100,000 files has a tenth of this size. */
const MAX_MANIFEST_BYTES = 100_000_000;

/**
 * Writes a backup, which is a gzipped tar file: the manifest, then the files in its order. The file
 * must not exist yet; only its owner may read it, because it contains the data of all users.
 * @param folder the paths in the manifest are relative to it
 * @throws the file system's error
 */
export async function writeArchive(
  path: string,
  folder: string,
  manifest: Manifest,
): Promise<void> {
  const mtime = new Date(manifest.createdAt);
  const about = { mtime, mode: 0o600, uid: 0, gid: 0, uname: "", gname: "" };
  const text = `${JSON.stringify(manifest, undefined, 1)}\n`;
  const sources: TarSource[] = [
    { type: "content", content: text, target: MANIFEST, ...about },
    ...manifest.files.map(({ path: file }): TarSource => ({
      type: "file",
      source: join(folder, file),
      target: file,
      ...about,
    })),
  ];
  await pipeline(
    packTar(sources, { concurrency: 1 }),
    createGzip(),
    createWriteStream(path, { flags: "wx", mode: 0o600, flush: true }),
  );
}

/** Reads only the manifest. @throws LaunchError like `readArchive` */
export async function readManifest(path: string): Promise<Manifest> {
  for await (const { manifest } of entriesOf(path)) return manifest;
  throw notABackup(path);
}

/**
 * Reads a backup from its first to its last byte and compares every file with the manifest.
 * @param unpack called with each file, in order; its content must be read. Default: the content is
 * only verified
 * @throws LaunchError if the file is not a backup, has a later format, is truncated, or differs
 * from its manifest
 */
export async function readArchive(
  path: string,
  unpack: (file: string, content: AsyncIterable<Uint8Array>) => Promise<void> = drain,
): Promise<Manifest> {
  let read: Manifest | undefined;
  let done = 0;
  for await (const { manifest, name, body } of entriesOf(path)) {
    read = manifest;
    if (name === MANIFEST) continue;
    const expected = manifest.files[done];
    if (expected?.path !== name) {
      throw damaged(path, `${name} is not at the position listed in the manifest`);
    }
    done += 1;
    const hash = createHash("sha256");
    let bytes = 0;
    await unpack(
      name,
      (async function* measured() {
        for await (const chunk of body) {
          hash.update(chunk);
          bytes += chunk.byteLength;
          yield chunk;
        }
      })(),
    );
    if (bytes !== expected.bytes || hash.digest("hex") !== expected.sha256) {
      throw damaged(path, `the checksum of ${name} does not match`);
    }
  }
  if (read === undefined) throw notABackup(path);
  if (done < read.files.length) {
    throw damaged(
      path,
      `${read.files.length - done} of its ${read.files.length} files are missing`,
    );
  }
  return read;
}

/** A file of an archive. Its content must be read before the next file. */
interface Entry {
  readonly manifest: Manifest;
  readonly name: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The files of an archive, the manifest first, with an empty body. */
async function* entriesOf(path: string): AsyncGenerator<Entry> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  const gunzip = createGunzip();
  file.once("error", (error) => gunzip.destroy(error));
  const entries = Readable.toWeb(file.pipe(gunzip)).pipeThrough(createTarDecoder({ strict: true }));
  let manifest: Manifest | undefined;
  try {
    for await (const { header, body } of entries) {
      if (manifest === undefined) {
        if (header.name !== MANIFEST || header.size > MAX_MANIFEST_BYTES) throw notABackup(path);
        manifest = checked(path, await new Response(body).text());
        yield { manifest, name: MANIFEST, body: Readable.from([]) };
      } else {
        yield { manifest, name: header.name, body: explained(path, body) };
      }
    }
  } catch (error) {
    throw manifest === undefined && !isKnown(error) ? notABackup(path) : explain(path, error);
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

function checked(path: string, text: string): Manifest {
  const manifest = parseManifest(text);
  if (manifest === undefined) throw damaged(path, `its ${MANIFEST} cannot be read`);
  if (manifest.version > FORMAT_VERSION) {
    throw new LaunchError(
      `${path} was made by version ${manifest.release}, which is newer than this one and uses a later format. ` +
        "Restore it with that version or a later one.",
    );
  }
  return manifest;
}

async function* explained(
  path: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw explain(path, error);
  }
}

async function drain(_file: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of content) void chunk;
}

/**
 * Whether an error's message already explains the problem: an error of this file or of the file
 * system.
 */
const isKnown = (error: unknown): boolean =>
  error instanceof LaunchError || (error instanceof Error && "path" in error);

const explain = (path: string, error: unknown): unknown =>
  isKnown(error)
    ? error
    : damaged(
        path,
        (error instanceof Error && error.message.replace(/\.$/, "")) || "it ends early",
      );

const notABackup = (path: string): LaunchError =>
  new LaunchError(`${path} is not a backup of \`npm run backup\`, or its beginning is damaged.`);

const damaged = (path: string, what: string): LaunchError =>
  new LaunchError(`${path} is damaged or truncated: ${what}. Use another backup.`);
