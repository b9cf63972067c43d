import { describe, expect, it } from "vitest";
import { codeOf, keyOf } from "./code.ts";

describe("a code", () => {
  it.each([
    ["9780306406157", "9780306406157"],
    ["9780306406157 51995", "9780306406157"],
    ["9780306406157+05", "9780306406157"],
    ["978030640615751995", "9780306406157"],
    ["978-0-306-40615-7", "9780306406157"],
    ["ISBN 978-0-306-40615-7", "9780306406157"],
    ["9 780306 406157", "9780306406157"],
    ["978 0 306 40615 7\n", "9780306406157"],
    ["9791034902392", "9791034902392"],
    ["0-306-40615-2", "9780306406157"],
    ["080442957X", "9780804429573"],
    ["ISBN 080442957x", "9780804429573"],
  ])("%s is the book %s", (text, isbn) => {
    expect(codeOf(text)).toEqual({ kind: "book", isbn });
  });

  it.each(["9780306406158", "9780306406158 51995", "978-0-306-40615-8", "0306406153"])(
    "%s has a wrong digit",
    (text) => {
      expect(codeOf(text)).toEqual({ kind: "wrong-digit" });
    },
  );

  it.each([
    ["9770317847001", "issn"],
    ["977031784700103", "issn"],
    ["9790060115615", "ismn"],
    ["4006381333931", "product"],
  ])("%s is no book: %s", (text, product) => {
    expect(codeOf(text)).toEqual({ kind: "not-a-book", product });
  });

  it("of an old paperback includes its add-on of five digits", () => {
    expect(codeOf("076714003958")).toEqual({ kind: "needs-add-on" });
    expect(codeOf("0076714003958 05")).toEqual({ kind: "needs-add-on" });
    expect(codeOf("0076714003958 48667")).toEqual({ kind: "ask", text: "0076714003958 48667" });
  });

  it("recognises the second barcode of a Japanese book", () => {
    expect(codeOf("1920097007005")).toEqual({ kind: "second-barcode" });
  });

  it.each(["Dune", "40170725", "978030640615", "9780306406157 Dune", "", "036000291453"])(
    "leaves %j to the service",
    (text) => {
      expect(codeOf(text)).toEqual({ kind: "ask", text });
    },
  );

  it("is the same with and without its add-on", () => {
    expect(keyOf("9780306406157 51995")).toBe("9780306406157");
    expect(keyOf("076714003958 48667")).toBe(keyOf("0076714003958"));
    expect(keyOf("07671400395848667")).toBe(keyOf("0076714003958"));
    expect(keyOf(" QR ")).toBe("QR");
  });
});
