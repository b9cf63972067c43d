/** A JSON object of unknown shape, as providers and old caches give it: every member must be tested before use. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object; nothing for a list, null or a scalar, which all stand in for one in the wild. */
export function asObject(value: unknown): JsonObject | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as JsonObject;
}

/** The value as a list: a missing one is empty, a single value is a list of one. */
export function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** `T` with each member that may be undefined made optional. */
export type Present<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The same object without its undefined members: an unknown field is absent, never null or undefined. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<T>;
}
