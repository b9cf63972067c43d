import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { generatedBooks } from "./stand-in/generated-books.ts";

const CHUNK = 1000;
const CHANGED_AT = "2020-05-04T03:02:01.123456";

/** Writes editions and authors in the format of Open Library's dumps, compressed. */
export async function writeDump(
  files: { editions: string; authors: string },
  count: number,
): Promise<void> {
  await Promise.all([
    write(files.editions, () => editionLines(count)),
    write(files.authors, () => authorLines()),
  ]);
}

const AUTHORS = 5000;

function write(path: string, lines: () => Iterable<string>): Promise<void> {
  return pipeline(Readable.from(lines()), createGzip({ level: 1 }), createWriteStream(path));
}

function* authorLines(): Generator<string> {
  for (let number = 1; number <= AUTHORS; number += 1) {
    const key = `/authors/OL${number}A`;
    const name = `Author Number${number}`;
    yield line("author", key, { type: { key: "/type/author" }, key, name });
  }
}

function* editionLines(count: number): Generator<string> {
  for (let first = 0; first < count; first += CHUNK) {
    const some = generatedBooks(Math.min(CHUNK, count - first), 1, first);
    yield some
      .map((book, index) => {
        const number = first + index + 1;
        const key = `/books/OL${number}M`;
        return line("edition", key, {
          type: { key: "/type/edition" },
          key,
          title: book.title,
          isbn_13: [book.isbn13],
          publishers: [book.publisher],
          publish_date: book.published,
          number_of_pages: book.pages,
          physical_format: "Paperback",
          languages: [{ key: number % 10 === 0 ? "/languages/ger" : "/languages/eng" }],
          subjects: book.subjects,
          authors: [{ key: `/authors/OL${(number % AUTHORS) + 1}A` }],
          works: [{ key: `/works/OL${Math.ceil(number / 3)}W` }],
          covers: [number],
          latest_revision: 3,
        });
      })
      .join("");
  }
}

function line(type: string, key: string, record: object): string {
  return [`/type/${type}`, key, "3", CHANGED_AT, JSON.stringify(record)].join("\t") + "\n";
}
