import type { Edit, EntryChange, NewReading, QueuedEdit } from "./types.ts";

/**
 * A waiting edit combined with a newer one of the same item; `nothing` if they cancel out; `apart`
 * if both must be sent.
 */
export type Composition = { edit: Edit; seen?: Record<string, unknown> } | "nothing" | "apart";

/**
 * Combines an unsent edit with the next one, so that an evening of typing becomes one change.
 * `seen` keeps the values that the user saw first, because the service compares them with its own.
 */
export function composed(
  earlier: QueuedEdit,
  later: Edit,
  seen: Record<string, unknown> | undefined,
): Composition {
  const first = earlier.edit;
  if (first.op === "change" && later.op === "change")
    return {
      edit: { op: "change", isbn: first.isbn, ...composedChanges(first, later) },
      seen: { ...seen, ...earlier.seen },
    };
  if (first.op === "delete" && later.op === "restore") return "nothing";
  if (first.op === "progress" && later.op === "progress.delete" && later.id === earlier.key)
    return "nothing";
  return "apart";
}

function composedChanges(first: EntryChange, later: EntryChange): EntryChange {
  const removedReadings = later.removeReadings ?? [];
  const added = (first.addReadings ?? []).filter(({ id }) => !removedReadings.includes(id ?? ""));
  const neverSent = new Set((first.addReadings ?? []).map(({ id }) => id));
  return listed({
    set: { ...first.set, ...later.set },
    addTags: together(first.addTags, later.addTags, later.removeTags),
    removeTags: together(first.removeTags, later.removeTags, later.addTags),
    addReadings: [
      ...added.map((reading) => withDates(reading, later.changeReadings)),
      ...(later.addReadings ?? []),
    ],
    changeReadings: changesOfReadings(
      first.changeReadings ?? [],
      later.changeReadings ?? [],
      new Set([...neverSent, ...removedReadings]),
    ),
    removeReadings: [
      ...new Set([
        ...(first.removeReadings ?? []),
        ...removedReadings.filter((id) => !neverSent.has(id)),
      ]),
    ],
  });
}

/** Concatenates two lists, dropping items of the first that the later edit reverts. */
function together(
  first: readonly string[] = [],
  second: readonly string[] = [],
  takenBack: readonly string[] = [],
): string[] {
  return [...new Set([...first.filter((tag) => !takenBack.includes(tag)), ...second])];
}

type DatesOfReading = NonNullable<EntryChange["changeReadings"]>[number];

function changesOfReadings(
  first: readonly DatesOfReading[],
  later: readonly DatesOfReading[],
  gone: ReadonlySet<string | undefined>,
): DatesOfReading[] {
  const changes = new Map<string, DatesOfReading>();
  for (const change of [...first, ...later]) {
    if (!gone.has(change.id)) changes.set(change.id, { ...changes.get(change.id), ...change });
  }
  return [...changes.values()];
}

function withDates(reading: NewReading, changes: EntryChange["changeReadings"]): NewReading {
  const change = { ...reading, ...changes?.find(({ id }) => id === reading.id) };
  return Object.fromEntries(
    Object.entries(change).filter(([, date]) => date !== null && date !== undefined),
  );
}

/** Drops empty lists, so that an edit contains only what the user did. */
export function listed(change: EntryChange): EntryChange {
  return Object.fromEntries(
    Object.entries(change).filter(([, value]) =>
      Array.isArray(value) ? value.length > 0 : Object.keys(value ?? {}).length > 0,
    ),
  );
}
