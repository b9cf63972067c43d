import type { OperationCounts } from "../../operation-counts.ts";

/** Counts operations in the isolate's memory. */
export class Counting {
  #d1Statements: Record<string, number> = {};
  #rows = { read: 0, written: 0 };
  #kvReads = 0;
  #kvWrites = 0;
  #objectCalls = 0;
  #messages = 0;
  #answeredBeforeKvWrite = 0;
  readonly #writing = new Set<string>();
  /** Name of each prepared statement, to count it when it is part of a batch. */
  readonly #names = new WeakMap<object, string>();

  /** Returns the counts and resets them. */
  take(): OperationCounts {
    const counts = {
      d1Statements: this.#d1Statements,
      d1RowsRead: this.#rows.read,
      d1RowsWritten: this.#rows.written,
      kvReads: this.#kvReads,
      kvWrites: this.#kvWrites,
      objectCalls: this.#objectCalls,
      messages: this.#messages,
      answeredBeforeKvWrite: this.#answeredBeforeKvWrite,
    };
    this.#d1Statements = {};
    this.#rows = { read: 0, written: 0 };
    this.#kvReads = this.#kvWrites = this.#objectCalls = this.#messages = 0;
    this.#answeredBeforeKvWrite = 0;
    return counts;
  }

  answered(isbn13: string | null): void {
    if (this.#writing.has(`book:isbn:${isbn13}`)) this.#answeredBeforeKvWrite += 1;
  }

  database(db: D1Database): D1Database {
    return watched(db, (name, args, call) => {
      if (name === "prepare")
        return this.#statement(call() as D1PreparedStatement, String(args[0]));
      if (name === "batch" || name === "exec") this.#count(name);
      if (name === "batch") {
        for (const one of args[0] as object[]) this.#count(this.#names.get(one) ?? "?");
        return countingRows(call() as Promise<D1Result[]>, this.#rows);
      }
      return call();
    });
  }

  /** Counts calls to all Durable Objects of a namespace. */
  objects<Namespace extends object>(namespace: Namespace): Namespace {
    return watched(namespace, (name, _args, call) => {
      if (name !== "get" && name !== "getByName") return call();
      return watched(call() as object, (_method, _values, ask) => {
        this.#objectCalls += 1;
        return ask();
      });
    });
  }

  queue<Body>(queue: Queue<Body>): Queue<Body> {
    return watched(queue, (name, args, call) => {
      if (name === "send") this.#messages += 1;
      if (name === "sendBatch") this.#messages += [...(args[0] as Iterable<unknown>)].length;
      return call();
    });
  }

  kv(namespace: KVNamespace): KVNamespace {
    return watched(namespace, (name, args, call) => {
      if (name !== "put") {
        this.#kvReads += 1;
        return call();
      }
      this.#kvWrites += 1;
      const key = String(args[0]);
      this.#writing.add(key);
      return (call() as Promise<void>).finally(() => this.#writing.delete(key));
    });
  }

  #statement(statement: D1PreparedStatement, sql: string): D1PreparedStatement {
    const [, verb = "?", table = "?"] =
      /^\s*(\w+)(?:[^]*?\b(?:FROM|INTO|UPDATE))?\s+(\w+)/i.exec(sql) ?? [];
    const watching = watched(statement, (name, args, call) => {
      if (name === "bind") return this.#statement(call() as D1PreparedStatement, sql);
      this.#count(`${verb} ${table}`);
      if (name === "first") return countingFirst(statement, args[0], this.#rows);
      return countingRows(call() as Promise<D1Result>, this.#rows);
    });
    this.#names.set(watching, `${verb} ${table}`);
    return watching;
  }

  #count(what: string): void {
    this.#d1Statements[what] = (this.#d1Statements[what] ?? 0) + 1;
  }
}

/** Rows read and written, as reported by D1. */
export interface Rows {
  read: number;
  written: number;
}

/** Adds the rows of a statement or a batch to `rows`. */
export async function countingRows<Result extends D1Result | D1Result[]>(
  answer: Promise<Result>,
  rows: Rows,
): Promise<Result> {
  const result = await answer;
  for (const { meta } of Array.isArray(result) ? result : [result]) {
    rows.read += meta.rows_read;
    rows.written += meta.rows_written;
  }
  return result;
}

/** Runs `first` as `all`, because `first` does not report rows. */
export async function countingFirst(
  statement: D1PreparedStatement,
  column: unknown,
  rows: Rows,
): Promise<unknown> {
  const { results } = await countingRows(statement.all(), rows);
  const [row] = results;
  return typeof column === "string" ? (row?.[column] ?? null) : (row ?? null);
}

/** A proxy of an object whose method calls go through `around`. */
export function watched<Target extends object>(
  target: Target,
  around: (name: string | symbol, args: unknown[], call: () => unknown) => unknown,
): Target {
  return new Proxy(target, {
    get(_target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) =>
        around(name, args, () => Reflect.apply(member, target, args) as unknown);
    },
  });
}
