import type { CoverDeps, CoverKey, StoredCover } from "../domain/covers/cover.ts";
import { readImage, type ImageType } from "../domain/covers/image.ts";
import type { Log } from "../../platform/log.ts";

interface CoverRow {
  hash: string | null;
  type: string | null;
  fetched_at: number;
}

const FIND = "SELECT hash, type, fetched_at FROM Covers WHERE isbn = ?1 AND width = ?2";

const HELD = "SELECT bytes FROM CoverSpace";

// ?3 hash, ?4 type, ?5 bytes, ?6 now. The first statement updates the total size before the second
// replaces the row.
const COUNT = `
  UPDATE CoverSpace SET bytes = bytes + ?3
    - coalesce((SELECT bytes FROM Covers WHERE isbn = ?1 AND width = ?2), 0)`;
const SAVE = `
  INSERT INTO Covers (isbn, width, hash, type, bytes, fetched_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
  ON CONFLICT (isbn, width) DO UPDATE SET hash = excluded.hash, type = excluded.type, bytes = excluded.bytes,
    fetched_at = excluded.fetched_at`;

/**
 * Covers in R2, with a row for each in D1.
 * @param maxBytes total size of all covers; 0 means no limit
 */
export function r2Covers(
  { db, bucket }: { db: D1Database; bucket: R2Bucket },
  { now, log, maxBytes }: { now(): number; log: Log; maxBytes: number },
): CoverDeps["store"] {
  return {
    async find({ isbn, width }) {
      const row = await db.prepare(FIND).bind(isbn, width).first<CoverRow>();
      if (!row) return undefined;
      const { hash, type, fetched_at: fetchedAt } = row;
      return {
        hash: hash ?? undefined,
        type: (type ?? undefined) as ImageType | undefined,
        fetchedAt,
      };
    },
    async read(key, cover) {
      const object = await bucket.get(objectKey(key, cover));
      return object ? readImage(new Uint8Array(await object.arrayBuffer())) : undefined;
    },
    async save(key, cover) {
      const bytes = cover?.image.bytes.length ?? 0;
      const held = (await db.prepare(HELD).first<number>("bytes")) ?? 0;
      if (maxBytes > 0 && held + bytes > maxBytes) {
        log.info("covers_full", { held, maxBytes });
        return;
      }
      // The object is written first; if a row's object is missing, the cover is fetched again.
      if (cover) {
        await bucket.put(objectKey(key, { hash: cover.hash }), cover.image.bytes, {
          httpMetadata: { contentType: cover.image.type },
        });
      }
      const { isbn, width } = key;
      const { hash = null, type = null } = cover
        ? { hash: cover.hash, type: cover.image.type }
        : {};
      await db.batch([
        db.prepare(COUNT).bind(isbn, width, bytes),
        db.prepare(SAVE).bind(isbn, width, hash, type, bytes, now()),
      ]);
    },
  };
}

function objectKey({ isbn, width }: CoverKey, { hash }: Pick<StoredCover, "hash">): string {
  return `covers/${isbn}/${width}-${hash}`;
}
