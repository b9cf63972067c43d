/** Counts passed and failed checks by name. */
export class Checks {
  readonly #byName = new Map<string, { held: number; failed: number }>();

  /** Records one result of a check. */
  note(name: string, holds: boolean): void {
    const counts = this.#byName.get(name) ?? { held: 0, failed: 0 };
    counts[holds ? "held" : "failed"] += 1;
    this.#byName.set(name, counts);
  }

  /** All checks that were made, in the order of their first result. */
  all(): { name: string; held: number; failed: number }[] {
    return [...this.#byName].map(([name, counts]) => ({ name, ...counts }));
  }

  /** Share of passed checks, 0 to 1; 0 if none was made. */
  share(): number {
    const all = this.all();
    const made = all.reduce((sum, { held, failed }) => sum + held + failed, 0);
    return made === 0 ? 0 : all.reduce((sum, { held }) => sum + held, 0) / made;
  }
}

/** Parses a response; undefined if it is not JSON, so that a check fails instead of the run. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The member of a value at a path of names; undefined if there is none. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inside, name) =>
      typeof inside === "object" && inside !== null
        ? Object.getOwnPropertyDescriptor(inside, name)?.value
        : undefined,
    value,
  );
}
