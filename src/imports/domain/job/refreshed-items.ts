import type { Reading } from "../../../../contract/library-fields.ts";
import { defined } from "../../../platform/defined.ts";
import { emptyEntry } from "../../../library/domain/entry.ts";
import { written } from "../../../library/domain/field-writes.ts";
import { mergeParsed } from "../../../library/domain/merge-entry.ts";
import type { KnownValues, StagedRow } from "./shelf-state.ts";
import type { RefreshedItem } from "./shelving-plan.ts";

/** Writer of the values of an item queued by another service's file. */
const ANOTHER = "another";

/** The waiting items that the rows of a step update. */
export class RefreshedItems {
  readonly #format: string;
  readonly #items = new Map<string, RefreshedItem>();

  /** @param format the format of the file, recorded as the writer of fields */
  constructor(format: string) {
    this.#format = format;
  }

  /**
   * Merges a row into its waiting item, unless the item has the same cells or is from the same
   * import.
   */
  add({ row, review, parsed }: StagedRow): void {
    if (review?.known === undefined) return;
    const { id, isOfService } = review;
    const earlier = this.#items.get(id);
    const before = earlier?.known ?? review.known;
    const writer = isOfService && !earlier ? this.#format : ANOTHER;
    const entry = written({ ...emptyEntry("", 0), ...valuesOf(before) }, undefined, {
      writer,
      version: 1,
    });
    const merged = mergeParsed(entry, parsed.entry, { writer: this.#format, at: 0 });
    this.#items.set(id, {
      id,
      row: earlier?.row ?? row,
      isOfService,
      known: valuesOf(merged.entry),
    });
  }

  items(): RefreshedItem[] {
    return [...this.#items.values()];
  }
}

/** The values of an entry or an item; its lists may be absent. */
function valuesOf(given: {
  status?: KnownValues["status"];
  tags?: readonly string[] | undefined;
  readings?: readonly Reading[] | undefined;
}) {
  const { status, tags = [], readings = [] } = given;
  const dates = readings.map(({ startedAt, finishedAt }) => defined({ startedAt, finishedAt }));
  return { ...defined({ status }), tags: [...tags], readings: dates };
}
