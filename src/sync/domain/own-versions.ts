import type { AppliedOutcome } from "../../idempotency/domain/applied-change.ts";

/** The versions that the changes of one request have written. A later edit is made on top of an earlier one. */
export class OwnVersions {
  readonly #times = new Map<string, number | undefined>();

  add(target: string, { version, unchanged }: AppliedOutcome, at: number | undefined): void {
    // What a change only found was written by another device, perhaps with fields that the user has not seen.
    if (version !== undefined && !unchanged) this.#times.set(`${target} ${version}`, at);
  }

  /** Whether a version was written by an edit that is not later than `at`. */
  has(target: string, version: number, at: number | undefined): boolean {
    const name = `${target} ${version}`;
    return this.#times.has(name) && (at === undefined || (this.#times.get(name) ?? 0) <= at);
  }
}
