import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasCardRemains, responsibilityIn, toSubtitle, toTitle, withoutRepeated } from "./title.ts";

describe("toTitle", () => {
  it.each([
    ["The hobbit, or, There and back again /", "The hobbit, or, There and back again"],
    ["The hobbit :", "The hobbit"],
    ["The hobbit ;", "The hobbit"],
    ["The hobbit =", "The hobbit"],
    ["The hobbit,", "The hobbit"],
    ["The hobbit : or, There and back again", "The hobbit: or, There and back again"],
    ["Plants and animals of the tundra.", "Plants and animals of the tundra"],
    ["Maps, 1917-1922.", "Maps, 1917-1922"],
    ["The hobbit / by J.R.R. Tolkien", "The hobbit"],
    ["Emma / by Jane Austen ; with an introduction by A. Reader", "Emma"],
    ["The hobbit / J.R.R. Tolkien.", "The hobbit"],
    ["The castle / edited by Max Brod.", "The castle"],
    ["Hobbit, The", "The Hobbit"],
    ["hobbit, the", "The hobbit"],
    ["Hobbit, The /", "The Hobbit"],
    ["Hobbit, The: or There and Back Again", "The Hobbit: or There and Back Again"],
    ["Hobbit, The (Illustrated)", "The Hobbit (Illustrated)"],
    ["Wrinkle in Time, A", "A Wrinkle in Time"],
    ["Old Man, An", "An Old Man"],
    ["Étranger, L'", "L'Étranger"],
    ["Misérables, Les", "Les Misérables"],
    ["Prozess, Der", "Der Prozess"],
    ["Verwandlung, Die", "Die Verwandlung"],
    ["Principito, El", "El Principito"],
    ["Lion, the Witch and the Wardrobe, The", "The Lion, the Witch and the Wardrobe"],
    ["Dune [Paperback]", "Dune"],
    ["Dune (Paperback)", "Dune"],
    ["Dune (Mass Market Paperback)", "Dune"],
    ["Dune [Hardcover]", "Dune"],
    ["Dune - Hardcover", "Dune"],
    ["Dune (Kindle Edition)", "Dune"],
    ["Dune [electronic resource]", "Dune"],
    ["Dune [sound recording] /", "Dune"],
    ["Dune [text (large print)] /", "Dune"],
    ["Dune [electronic resource] : a novel", "Dune: a novel"],
    ["[Dune]", "Dune"],
    ["Dune [sound recording (CD)]", "Dune"],
    ["Dune [spoken word]", "Dune"],
    ["Dune [MP3 CD]", "Dune"],
    ["Dune (Large Print)", "Dune"],
    ["The hobbit [by] J.R.R. Tolkien.", "The hobbit"],
    ["The hobbit / [by] J.R.R. Tolkien.", "The hobbit"],
    ["The hobbit / Tolkien", "The hobbit"],
    ["War and peace / Leo Tolstoy ; translated from the Russian by Louise Maude", "War and peace"],
    ["Selected stories / edited with an introduction by John Smith", "Selected stories"],
    ["Algorithms / Thomas H. Cormen ... [et al.]", "Algorithms"],
    ["Emma / C. Collins", "Emma"],
    ["My life / as told to Alex Haley", "My life"],
    ["Emma / by the author of Persuasion", "Emma"],
    ["The hobbit -", "The hobbit"],
    ["The hobbit --", "The hobbit"],
    ["The hobbit/", "The hobbit"],
    ["The hobbit :/", "The hobbit"],
    ["Tom &amp; Jerry", "Tom & Jerry"],
    ["The Lord\u00A0 of\u200B the Rings ", "The Lord of the Rings"],
  ])("%j becomes %j", (value, title) => {
    expect(toTitle(value, ["J. R. R. Tolkien"])).toBe(title);
    expect(hasCardRemains(title)).toBe(false);
  });

  it.each([
    "The Hobbit",
    "1984",
    "S.",
    "Mr. Fox.",
    "Sense and Sensibility and Sea Monsters",
    "Stop. Look. Listen.",
    "Access to Justice Bill [H.L.]",
    "Face/Off",
    "Live, Love, Die",
    "Me, Myself & I",
    "Vol. 3",
    "Etc.",
    "Fiction / Poetry",
    "The Paperback Writer",
    "Paperback",
    "What Is Art?",
    "Wait...",
    "Yes, Please",
    "100 Bucket List of the dead Tome 8",
    "Who Is J.K. Rowling?",
    "Dune: Large Print",
    "Emma / Persuasion",
    "Washington Square / The Europeans",
    "Before the Committee, United States Senate, O",
    "Stand by Me",
  ])("%j stays", (title) => {
    expect(toTitle(title)).toBe(title);
  });

  it("changes nothing when it is applied again", () => {
    const pieces = [
      "Hobbit|, The| /| :|.|[Paperback]|(pbk)|by| |A|[|]|&amp;|é|\u00C3\u00A9|, |- ".split("|"),
      "Der|x|9|\u00A0|\u200B|[text]|= |--|–| / |[by] |J. Roe".split("|"),
    ].flat();
    const piece = fc.constantFrom(...pieces);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const once = toTitle(pieces.join(""));
        expect(toTitle(once)).toBe(once);
      }),
    );
  });
});

describe("toSubtitle", () => {
  it.each([
    ["there and back again /", "there and back again"],
    [": a novel", "a novel"],
    ["A Novel", "A Novel"],
    ["By the Sea", "By the Sea"],
    ["By Sea and Land", "By Sea and Land"],
    ["by the sea", "by the sea"],
    [
      "hearing before the Committee, October 7, 1998.",
      "hearing before the Committee, October 7, 1998",
    ],
  ])("%j becomes %j", (value, subtitle) => {
    expect(toSubtitle(value)).toBe(subtitle);
  });

  it.each([
    undefined,
    "by J.R.R. Tolkien.",
    "edited by Max Brod",
    "translated from the French by Lydia Davis",
    "illustrated by Quentin Blake.",
    "[by] J.R.R. Tolkien",
    "By J.R.R. Tolkien",
    "with an introduction by the author",
    "????",
    "-",
    "[Paperback]",
    "Paperback",
  ])("%j is not a subtitle", (value) => {
    expect(toSubtitle(value)).toBeUndefined();
  });
});

it.each([
  ["Sapiens: A Brief History of Humankind", "A Brief History of Humankind", undefined],
  ["Sapiens: a brief history of humankind", "A Brief History of Humankind", undefined],
  ["Sapiens", "Sapiens", undefined],
  ["Sapiens", "A Brief History of Humankind", "A Brief History of Humankind"],
  ["Sapiens", undefined, undefined],
])("of %j and %j, the subtitle is %j", (title, subtitle, left) => {
  expect(withoutRepeated(title, subtitle)).toBe(left);
});

it("reads the people in a statement of responsibility", () => {
  expect(responsibilityIn("by J.R.R. Tolkien.")).toBe("J.R.R. Tolkien");
  expect(responsibilityIn("by the sea")).toBeUndefined();
});
