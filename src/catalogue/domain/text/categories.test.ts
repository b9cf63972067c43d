import { expect, describe, it } from "vitest";
import { toCategories } from "./categories.ts";
import { toPublisher } from "./publisher.ts";

describe("toCategories", () => {
  it("has each subject once, spelled like a heading", () => {
    expect(toCategories(["fiction", "FICTION", "Fiction", "Fiction."])).toEqual(["Fiction"]);
    expect(toCategories(["Space warfare", { name: "space Warfare" }])).toEqual(["Space warfare"]);
    expect(toCategories(["FANTASY"])).toEqual(["FANTASY"]);
    expect(toCategories(["Fiction -- Horror", "Fiction--Horror", "fiction / horror"])).toEqual([
      "Fiction -- Horror",
      "fiction / horror",
    ]);
  });

  it("drops libraries' notes about their copies", () => {
    const system = [
      "Accessible book",
      "Protected DAISY",
      "In library",
      "in library",
      "Overdrive",
      "OverDrive Listen",
      "Large type books",
      "New York Times bestseller",
      "nyt:combined-print=2011-05-01",
      "series:Wheel_of_Time",
      "award:hugo_award=1966",
      "collectionID:TexChallenge2021",
      "Open Library Staff Picks",
      "Reading Level-Grade 7",
      "Reading Level-Grade 11",
      "Lexile:800",
      "Lexile 800L",
      "Accelerated Reader",
      "Accessible_book",
      "in_library",
      "Borrow",
      "DAISY",
      "New York Times reviewed",
      "Internet Archive Wishlist",
      "Long Now Manual for Civilization",
      "open_syllabus_project=1",
      "General",
      "????",
      "Unknown",
      "813/.54",
      "E-books",
      "Talking books",
      "To read",
      "Currently reading",
      "did not finish",
      "5 stars",
      "wish list",
      "My library",
      "Kindle edition",
      "[electronic resource]",
      "Print-disabled",
      "long_now_manual",
      "Non-Classifiable",
      "Uncategorized",
      "12",
    ];
    expect(toCategories([...system, "Fiction, fantasy, general"])).toEqual([
      "Fiction, fantasy, general",
    ]);
  });

  it.each([
    ["Fiction|12", "Fiction"],
    ["Fiction | 12", "Fiction"],
    ["Fiction / General", "Fiction / General"],
    ["Tom &amp; Jerry", "Tom & Jerry"],
    ["Library science", "Library science"],
    ["Books and reading", "Books and reading"],
    ["Electronic commerce", "Electronic commerce"],
    ["Problems, exercises, etc.", "Problems, exercises, etc."],
    ["Rolfe, Frederick, 1860-1913.", "Rolfe, Frederick, 1860-1913"],
    ["Readers for new literates", "Readers for new literates"],
    ["Dostoyevsky, Fyodor, 1821-1881", "Dostoyevsky, Fyodor, 1821-1881"],
  ])("%j becomes %j", (subject, category) => {
    expect(toCategories([subject])).toEqual([category]);
  });

  it("has at most twenty", () => {
    const subjects = Array.from({ length: 200 }, (_, index) => ({ name: `Subject ${index}` }));
    expect(toCategories(subjects)).toHaveLength(20);
    expect(toCategories(undefined)).toEqual([]);
  });
});

describe("toPublisher", () => {
  it.each<[unknown, string]>([
    [[{ name: "Orbit" }], "Orbit"],
    [["s.n.", "Penguin"], "Penguin"],
    ["Penguin,", "Penguin"],
    ["Penguin Books ;", "Penguin Books"],
    ["[Penguin]", "Penguin"],
    ["New York : Penguin", "New York : Penguin".slice(11)],
    ["Doubleday & Co.", "Doubleday & Co."],
    ["DK Pub.", "DK Pub."],
    ["Paris : Gallimard, cop. 2001", "Gallimard"],
    ["Penguin Books, [c1998]", "Penguin Books"],
    ["Editions 1900", "Editions 1900"],
    ["Tidewater Press.", "Tidewater Press"],
    ["Simon &amp; Schuster", "Simon & Schuster"],
  ])("%j is %j", (values, publisher) => {
    expect(toPublisher(values)).toBe(publisher);
    expect(toPublisher(publisher)).toBe(publisher);
  });

  it.each([
    undefined,
    "",
    "s.n.",
    "[s.n.]",
    "[s. n.]",
    "S. l. : s. n.",
    "o. V.",
    "Publisher not available",
    "[S.l. : s.n.]",
    "S.n",
    "????",
    "<>",
    "-",
    "Unknown",
    "[publisher not identified]",
    "Verlag nicht ermittelbar",
    "N/A",
    "?",
    "[b.w.]",
    "б. и.",
    "[出版社不明]",
  ])("%j names no publisher", (value) => {
    expect(toPublisher(value)).toBeUndefined();
  });
});
