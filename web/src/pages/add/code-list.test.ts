import { expect, it } from "vitest";
import type { Attention } from "../../state/library.ts";
import { editsFor, outcomeOf, readCodes } from "./code-list.ts";

const DUNE = "9780441172719";
const HOBBIT = "9780261102217";

it("reads a list: each book once, including invalid ISBNs", () => {
  const codes = readCodes([DUNE, "0441172717", HOBBIT, "9780441172710"], (isbn) => isbn === HOBBIT);
  expect(codes).toEqual([
    { code: DUNE, isbn: DUNE, wasThere: false },
    { code: HOBBIT, isbn: HOBBIT, wasThere: true },
    { code: "9780441172710", wasThere: false },
  ]);
  expect(editsFor(codes, "reading")).toEqual([
    { op: "add", isbn: DUNE, body: { status: "reading" } },
  ]);
});

it("derives the outcome of each from the shelf", () => {
  const attention = { target: HOBBIT, edit: { op: "add", isbn: HOBBIT } } as Attention;
  const titles = new Map([[DUNE, "Dune"]]);
  const told = (isbn: string | undefined, wasThere = false, title?: string) =>
    outcomeOf(
      { code: "x", wasThere, ...(isbn === undefined ? {} : { isbn }) },
      (one) => {
        const known = title ?? titles.get(one);
        return known === undefined ? undefined : { title: known };
      },
      [attention],
    );
  expect(told(DUNE)).toEqual({ kind: "added", title: "Dune" });
  expect(told(DUNE, true)).toEqual({ kind: "known", title: "Dune" });
  expect(told(DUNE, false, DUNE)).toEqual({ kind: "waiting" });
  expect(told(undefined)).toEqual({ kind: "invalid" });
  expect(told("9780547928227")).toEqual({ kind: "gone" });
  expect(told(HOBBIT)).toEqual({ kind: "refused", attention });
});
