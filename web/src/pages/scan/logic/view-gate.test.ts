import { expect, it } from "vitest";
import { createViewGate } from "./view-gate.ts";

const DUNE = "9780441172719";
const EMMA = "9780141439587";
const UPC = "0076714003958";

/** Feeds frames 100 ms apart, and returns the scans. */
function show(frames: readonly (readonly string[])[]): string[] {
  const gate = createViewGate();
  return frames.flatMap((texts, index) => gate.see(texts, index * 100));
}

const times = (count: number, ...texts: string[]): string[][] =>
  Array.from({ length: count }, () => texts);

it("accepts a code once, however long it stays in view, even if some frames miss it", () => {
  expect(show([...times(30, DUNE), ...times(10), ...times(30, DUNE)])).toEqual([DUNE]);
});

it("does not trust a single read", () => {
  expect(show([[DUNE], ...times(30)])).toEqual([]);
});

it("adds up the reads of a slow device, unless they are far apart", () => {
  expect(show([[DUNE], ...times(100), [DUNE]])).toEqual([DUNE]);
  expect(show([[DUNE], ...times(600), [DUNE]])).toEqual([]);
});

it("accepts it again after it was out of view", () => {
  expect(show([...times(3, DUNE), ...times(26), ...times(3, DUNE)])).toEqual([DUNE, DUNE]);
});

it("accepts thirty books one after another", () => {
  const books = Array.from({ length: 30 }, (_, index) => `book ${index}`);
  expect(show(books.flatMap((book) => times(3, book)))).toEqual(books);
});

it("accepts both of two books in view", () => {
  expect(show(times(3, DUNE, EMMA))).toEqual([DUNE, EMMA]);
});

it("treats an add-on that only some frames have as part of the same barcode", () => {
  expect(show([[UPC], [UPC], [UPC], [`${UPC} 48667`], [UPC], [UPC]])).toEqual([`${UPC} 48667`]);
});

it("reports a UPC without its add-on, and a barcode that does not belong to a book, only after a while", () => {
  expect(show(times(9, UPC))).toEqual([]);
  expect(show(times(12, UPC))).toEqual([UPC]);
  expect(show(times(12, "4006381333931"))).toEqual(["4006381333931"]);
});

it("does not report a shop's barcode beside that of the book, nor the second one of a Japanese book", () => {
  expect(show(times(40, "4006381333931", DUNE))).toEqual([DUNE]);
  expect(show([...times(3, DUNE), ...times(20, "4006381333931")])).toEqual([DUNE]);
  expect(show(times(40, "1920097007005"))).toEqual([]);
});
