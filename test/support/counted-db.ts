/** Rows as D1 counts them. */
export interface RowCounts {
  read: number;
  written: number;
}

/** A database that adds up the rows of its statements. `take` returns the sums since the last call. */
export function countedDb(db: D1Database): { db: D1Database; take(): RowCounts } {
  let counts: RowCounts = { read: 0, written: 0 };
  const add = ({ meta }: D1Result): void => {
    counts.read += meta.rows_read;
    counts.written += meta.rows_written;
  };
  const inner = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

  function statementOf(statement: D1PreparedStatement): D1PreparedStatement {
    const counted = {
      bind: (...values: unknown[]) => statementOf(statement.bind(...values)),
      async run() {
        const result = await statement.run();
        add(result);
        return result;
      },
      async all() {
        const result = await statement.all();
        add(result);
        return result;
      },
      async first(column?: string) {
        const result = await statement.all();
        add(result);
        const [row] = result.results;
        if (row === undefined) return null;
        return column === undefined ? row : row[column];
      },
    } as unknown as D1PreparedStatement;
    inner.set(counted, statement);
    return counted;
  }

  const wrapped = {
    prepare: (sql: string) => statementOf(db.prepare(sql)),
    async batch(statements: D1PreparedStatement[]) {
      const results = await db.batch(statements.map((one) => inner.get(one) ?? one));
      results.forEach(add);
      return results;
    },
  } as unknown as D1Database;
  return {
    db: wrapped,
    take() {
      const taken = counts;
      counts = { read: 0, written: 0 };
      return taken;
    },
  };
}
