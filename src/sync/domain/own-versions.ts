import type { AppliedOutcome } from "../../idempotency/domain/applied-change.ts";

/**
 * The versions written by the changes of one request, in which later edits build on earlier ones.
 */
export class OwnVersions {
  readonly #times = new Map<string, number | undefined>();

  add(target: string, { version, unchanged }: AppliedOutcome, at: number | undefined): void {
    // A version that a change found but did not write is another device's; the user may not have
    // seen its fields.
    if (version !== undefined && !unchanged) this.#times.set(`${target} ${version}`, at);
  }

  /** Whether a version was written by an edit that is not later than `at`. */
  has(target: string, version: number, at: number | undefined): boolean {
    const name = `${target} ${version}`;
    return this.#times.has(name) && (at === undefined || (this.#times.get(name) ?? 0) <= at);
  }
}
