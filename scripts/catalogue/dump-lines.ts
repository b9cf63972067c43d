import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";

/** A line of a dump: type, key, time of the last change, and the record. */
export interface DumpLine {
  readonly key: string;
  readonly changedAt: string;
  readonly json: string;
}

/**
 * The records of one type in a dump of Open Library, in the order of the file, in bounded memory. The file may be compressed.
 * @throws an error of the file system or of the compression
 */
export async function* dumpLines(
  path: string,
  type: "edition" | "work" | "author",
): AsyncGenerator<DumpLine> {
  for await (const line of textLines(path)) {
    const [kind, key = "", , changedAt = "", ...rest] = line.split("\t");
    if (kind === `/type/${type}`) yield { key, changedAt, json: rest.join("\t") };
  }
}

/** Lines end only at a line feed: the text of a record may contain any other separator. */
async function* textLines(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const bytes = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  file.on("error", (error) => bytes.destroy(error));
  const decoder = new StringDecoder("utf8");
  let open = "";
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    const lines = (open + decoder.write(chunk)).split("\n");
    open = lines.pop() ?? "";
    yield* lines;
  }
  if (open !== "") yield open;
}
