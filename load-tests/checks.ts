/** Checks by name: how many held, and how many did not. */
export class Checks {
  readonly #byName = new Map<string, { held: number; failed: number }>();

  /** Notes one outcome of a check. */
  note(name: string, holds: boolean): void {
    const counts = this.#byName.get(name) ?? { held: 0, failed: 0 };
    counts[holds ? "held" : "failed"] += 1;
    this.#byName.set(name, counts);
  }

  /** Every check that was made, in the order of its first outcome. */
  all(): { name: string; held: number; failed: number }[] {
    return [...this.#byName].map(([name, counts]) => ({ name, ...counts }));
  }

  /** The share that held, 0 to 1; 0 when none was made. */
  share(): number {
    const all = this.all();
    const made = all.reduce((sum, { held, failed }) => sum + held + failed, 0);
    return made === 0 ? 0 : all.reduce((sum, { held }) => sum + held, 0) / made;
  }
}

/** The JSON of an answer; undefined when it is none, so that a check fails and not the run. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** A member of an answer at a path of names; undefined where there is none. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inside, name) =>
      typeof inside === "object" && inside !== null
        ? Object.getOwnPropertyDescriptor(inside, name)?.value
        : undefined,
    value,
  );
}
