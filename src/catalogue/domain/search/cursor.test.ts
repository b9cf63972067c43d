import { describe, expect, it } from "vitest";
import { MAX_RESULTS, readCursor, writeCursor } from "./cursor.ts";

const position = { isbn13: "9780441172719", position: 20 };

describe("a cursor", () => {
  it("round-trips for the same search", () => {
    expect(readCursor("dune", writeCursor("dune", position))).toEqual(position);
  });

  it("is rejected by another search", () => {
    expect(readCursor("dune messiah", writeCursor("dune", position))).toBeUndefined();
  });

  it.each([
    "",
    "20",
    "s1",
    "s1.00000000.20.9780441172719",
    writeCursor("dune", position).slice(0, -1),
    `${writeCursor("dune", position)}x`,
    `x${writeCursor("dune", position)}`,
    writeCursor("dune", { ...position, position: 0 }),
    writeCursor("dune", { ...position, position: -1 }),
    writeCursor("dune", { ...position, position: 1.5 }),
    writeCursor("dune", { ...position, position: MAX_RESULTS }),
    writeCursor("dune", { ...position, isbn13: "' OR 1=1" }),
  ])("is rejected when it is %j", (cursor) => {
    expect(readCursor("dune", cursor)).toBeUndefined();
  });
});
