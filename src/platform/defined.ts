/** `Members` where each member that may be undefined is optional instead. */
type Defined<Members> = {
  [Key in keyof Members as undefined extends Members[Key] ? never : Key]: Members[Key];
} & {
  [Key in keyof Members as undefined extends Members[Key] ? Key : never]?: Exclude<
    Members[Key],
    undefined
  >;
};

/** `Members` where each member that may be null is optional instead. */
type WithoutNulls<Members> = {
  [Key in keyof Members as null extends Members[Key] ? never : Key]: Members[Key];
} & {
  [Key in keyof Members as null extends Members[Key] ? Key : never]?: Exclude<Members[Key], null>;
};

/**
 * Returns a copy without the members whose value is undefined. Spreads optional members under
 * `exactOptionalPropertyTypes`: `{ id, ...defined({ note }) }`.
 */
export function defined<Members extends Readonly<Record<string, unknown>>>(
  members: Members,
): Defined<Members> {
  return without(members, undefined) as Defined<Members>;
}

/** Returns a copy without the members whose value is null, as in an absent column of a row: `{ id, ...withoutNulls({ note: row.note }) }`. */
export function withoutNulls<Members extends Readonly<Record<string, unknown>>>(
  members: Members,
): WithoutNulls<Members> {
  return without(members, null) as WithoutNulls<Members>;
}

/** A plain loop: imports and shelf pages call this thousands of times. */
function without(members: Readonly<Record<string, unknown>>, absent: null | undefined): object {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(members)) if (members[key] !== absent) kept[key] = members[key];
  return kept;
}
