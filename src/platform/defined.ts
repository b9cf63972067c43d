/** `Members` with every member optional that may be undefined, and without undefined as its value. */
type Defined<Members> = {
  [Key in keyof Members as undefined extends Members[Key] ? never : Key]: Members[Key];
} & {
  [Key in keyof Members as undefined extends Members[Key] ? Key : never]?: Exclude<
    Members[Key],
    undefined
  >;
};

/**
 * Returns a copy without the members whose value is undefined. Spreads optional members under
 * `exactOptionalPropertyTypes`: `{ id, ...defined({ note }) }`.
 */
export function defined<Members extends Readonly<Record<string, unknown>>>(
  members: Members,
): Defined<Members> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<Members>;
}
