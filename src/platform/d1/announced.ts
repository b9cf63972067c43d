/**
 * Returned by a batch that has taken a shelf: the user's latest sequence number, and until when a
 * device listens for it.
 */
export interface TakenShelf {
  user_id: string;
  seq: number;
  listened_until: number;
}

/**
 * A database that reports each batch that has taken a shelf while a device listens. Statements that
 * take a shelf return `TakenShelf`, so no extra read is needed.
 * @param took called after such a batch
 */
export function announcedDatabase(db: D1Database, took: (shelf: TakenShelf) => void): D1Database {
  const outer: Partial<D1Database> = {
    prepare: (sql) => db.prepare(sql),
    async batch<Row>(statements: D1PreparedStatement[]) {
      const results = await db.batch<Row>(statements);
      for (const { results: rows } of results) {
        for (const row of rows as readonly Partial<TakenShelf>[]) {
          if (row.listened_until === undefined) break;
          if (row.listened_until > 0) took(row as TakenShelf);
        }
      }
      return results;
    },
  };
  return outer as D1Database;
}
