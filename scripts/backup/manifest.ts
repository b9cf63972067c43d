import { z } from "zod";
import { counted } from "../../src/platform/counted.ts";

/** Name of the manifest in a backup. It is the first file. */
export const MANIFEST = "manifest.json";
/** Version of the format. A reader refuses later ones. */
export const FORMAT_VERSION = 1;

/** Matches paths of stored files. No path can leave the state folder. */
const PATH = /^v3(\/(?!\.{1,2}(\/|$))[^/\\\0]+)+$/;

const schema = z.object({
  format: z.literal("bookstrack-backup"),
  version: z.number().int().min(1),
  createdAt: z.iso.datetime(),
  /** Version of the code that wrote the backup. */
  release: z.string(),
  /** Names of the database's migrations, in order. The last one is its schema. */
  migrations: z.array(z.string()).min(1),
  /** Path of the D1 database. */
  database: z.string().regex(PATH),
  /** Number of rows in each D1 table. */
  rows: z.record(z.string(), z.number().int().min(0)),
  /** All files of the backup after the manifest, in order, with their paths in the state folder. */
  files: z.array(
    z.object({
      path: z.string().regex(PATH),
      bytes: z.number().int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/** Contents of a backup. */
export type Manifest = z.infer<typeof schema>;
/** A file of a backup. */
export type BackedUpFile = Manifest["files"][number];

/**
 * Parses a manifest.
 * @returns undefined if the text is not a manifest, or does not list its own database
 */
export function parseManifest(text: string): Manifest | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { success, data } = schema.safeParse(content);
  return success && data.files.some(({ path }) => path === data.database) ? data : undefined;
}

/** Summarises the data of a backup in one line. */
export function contentsLine({ files, migrations, rows, release, createdAt }: Manifest): string {
  const count = (table: string, what: string): string => counted(rows[table] ?? 0, what);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return (
    `${count("Users", "account")}, ${count("UserLibrary", "shelved book")}, ${count("ImportJobs", "import")} and ` +
    `${count("Books", "book")} of the catalogue; ${counted(files.length, "file")}, ${(bytes / 1e6).toFixed(1)} MB; ` +
    `made on ${createdAt} by version ${release}, schema ${migrations.at(-1)}`
  );
}
