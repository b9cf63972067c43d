/**
 * Identifies a file by its content, even over plain HTTP, where browsers have no `crypto.subtle`.
 */

/** Two hashes of 32 bits (cyrb53). Not secure against forgery, which is not needed here. */
export async function printOf(file: Blob): Promise<string> {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    for (const byte of value) {
      one = Math.imul(one ^ byte, 2654435761);
      two = Math.imul(two ^ byte, 1597334677);
    }
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return [file.size, one >>> 0, two >>> 0].map((part) => part.toString(36)).join("-");
}

/** A file that this device has sent, and its import. */
export interface SentFile {
  readonly print: string;
  readonly jobId: string;
  readonly name: string;
}

const MAX_SENT = 30;

/** Parses the stored sent files, which may be from another version or damaged. */
export function sentFilesOf(stored: unknown): SentFile[] {
  if (!Array.isArray(stored)) return [];
  return stored.filter(
    (one: unknown): one is SentFile =>
      typeof one === "object" &&
      one !== null &&
      ["print", "jobId", "name"].every(
        (key) => typeof (one as Record<string, unknown>)[key] === "string",
      ),
  );
}

/** Newest first, without duplicate imports. */
export function withSent(files: readonly SentFile[], sent: SentFile): SentFile[] {
  return [sent, ...files.filter(({ jobId }) => jobId !== sent.jobId)].slice(0, MAX_SENT);
}
