import { expect, expectTypeOf, it } from "vitest";
import { defined, withoutNulls } from "./defined.ts";

it("drops undefined members and keeps other falsy values", () => {
  const members = { a: undefined, b: null, c: 0, d: "", e: false };
  expect(defined(members)).toStrictEqual({ b: null, c: 0, d: "", e: false });
});

it("makes possibly undefined members optional", () => {
  const note: string | undefined = [""].at(1);
  const entry: { id: number; note?: string } = defined({ id: 1, note });
  expect(entry).toStrictEqual({ id: 1 });
  expectTypeOf(defined({ id: 1, note })).toEqualTypeOf<{ id: number } & { note?: string }>();
});

it("drops null columns and keeps other falsy values", () => {
  const row: { note: string | null; count: number; at: null } = { note: "", count: 0, at: null };
  const entry: { note?: string; count: number } = withoutNulls(row);
  expect(entry).toStrictEqual({ note: "", count: 0 });
  expectTypeOf(withoutNulls({ id: 1, note: row.note })).toEqualTypeOf<
    { id: number } & { note?: string }
  >();
});
