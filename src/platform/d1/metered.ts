/**
 * A database that reports the rows that its statements write, as D1 bills them: each row of a table
 * and of an index. Used by work that counts towards the service's daily budget of written rows.
 * Statements with `first` are not counted.
 * @param wrote called after each statement or batch that has written
 */
export function meteredDatabase(db: D1Database, wrote: (rows: number) => void): D1Database {
  const inner = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const count = (results: readonly D1Result[]): void => {
    const rows = results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
    if (rows > 0) wrote(rows);
  };

  function metered(statement: D1PreparedStatement): D1PreparedStatement {
    const outer: Partial<D1PreparedStatement> = {
      bind: (...values: unknown[]) => metered(statement.bind(...values)),
      first: (column?: string) =>
        column === undefined ? statement.first() : statement.first(column),
      async run<Row>() {
        const result = await statement.run<Row>();
        count([result]);
        return result;
      },
      async all<Row>() {
        const result = await statement.all<Row>();
        count([result]);
        return result;
      },
    };
    const made = outer as D1PreparedStatement;
    inner.set(made, statement);
    return made;
  }

  const outer: Partial<D1Database> = {
    prepare: (sql) => metered(db.prepare(sql)),
    async batch<Row>(statements: D1PreparedStatement[]) {
      const results = await db.batch<Row>(statements.map((one) => inner.get(one) ?? one));
      count(results);
      return results;
    },
  };
  return outer as D1Database;
}
