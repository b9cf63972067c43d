import type { OperationCounts } from "../../operation-counts.ts";

/** Counts in the isolate's memory. */
export class Counting {
  #d1Statements: Record<string, number> = {};
  #kvReads = 0;
  #kvWrites = 0;
  #answeredBeforeKvWrite = 0;
  readonly #writing = new Set<string>();
  /** What each statement is, for when it comes in a batch. */
  readonly #names = new WeakMap<object, string>();

  /** The counts, which begin anew. */
  take(): OperationCounts {
    const counts = {
      d1Statements: this.#d1Statements,
      kvReads: this.#kvReads,
      kvWrites: this.#kvWrites,
      answeredBeforeKvWrite: this.#answeredBeforeKvWrite,
    };
    this.#d1Statements = {};
    this.#kvReads = this.#kvWrites = this.#answeredBeforeKvWrite = 0;
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
      }
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
    const watching = watched(statement, (name, _args, call) => {
      if (name === "bind") return this.#statement(call() as D1PreparedStatement, sql);
      this.#count(`${verb} ${table}`);
      return call();
    });
    this.#names.set(watching, `${verb} ${table}`);
    return watching;
  }

  #count(what: string): void {
    this.#d1Statements[what] = (this.#d1Statements[what] ?? 0) + 1;
  }
}

/** The same object, whose method calls go through `around`. */
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
