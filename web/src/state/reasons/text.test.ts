import { expect, it } from "vitest";
import { reasonDetail, reasonText } from "./text.ts";

it("describes what happened in the app's words, with details of the row", () => {
  const reason = {
    code: "KEPT_YOURS",
    text: "The shelf has other values than the file; they were kept. Rating, notes.",
  };
  expect(reasonText(reason)).toBe(
    "You or another service entered different values; those were kept.",
  );
  expect(reasonDetail(reason)).toBe("Rating, notes.");
  expect(reasonDetail({ code: "NO_ISBN", text: "No ISBN. Something." })).toBeUndefined();
});

it("uses the service's text for an unknown code", () => {
  expect(reasonText({ code: "NEW_CODE", text: "A new thing." })).toBe("A new thing.");
  expect(reasonText({ code: "toString", text: "Not a code." })).toBe("Not a code.");
});
