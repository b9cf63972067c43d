import { describe, expect, it } from "vitest";
import { answers, confirmAbsence, isAbsent, parseAbsence } from "./absence.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

describe("a known absence", () => {
  it("is first valid for five minutes", () => {
    const absence = confirmAbsence(undefined, 0);
    expect(isAbsent(absence, 5 * MINUTE - 1)).toBe(true);
    expect(isAbsent(absence, 5 * MINUTE)).toBe(false);
  });

  it.each([2, 26])("is not valid longer when the clock is set back by %i hours", (hours) => {
    const now = 100 * DAY;
    const settled = confirmAbsence(confirmAbsence(undefined, now - DAY), now);
    const back = now - (hours * DAY) / 24;
    expect(isAbsent(settled, back)).toBe(false);
    expect(isAbsent(settled, now)).toBe(true);
  });

  it("is valid for a day once two confirmations are a day apart", () => {
    const first = confirmAbsence(undefined, 0);
    const soon = confirmAbsence(first, DAY - 1);
    expect(soon.until).toBe(DAY - 1 + 5 * MINUTE);
    const settled = confirmAbsence(soon, DAY);
    expect(settled.until).toBe(2 * DAY);
  });

  it("without a proof is valid for five minutes and does not count as a confirmation", () => {
    const doubtful = confirmAbsence(undefined, 0, "unproven");
    expect(doubtful).toEqual({ firstAt: 0, until: 5 * MINUTE, unproven: true });
    expect(parseAbsence(JSON.stringify(doubtful))).toEqual(doubtful);
    expect(confirmAbsence(doubtful, DAY)).toEqual({ firstAt: DAY, until: DAY + 5 * MINUTE });
    const proven = confirmAbsence(undefined, 0);
    expect(confirmAbsence(proven, DAY, "unproven")).toEqual({
      firstAt: 0,
      until: DAY + 5 * MINUTE,
    });
  });

  it("is valid for five minutes if it is partial, and confirms nothing", () => {
    const partial = { checked: ["openlibrary" as const], account: true };
    const first = confirmAbsence(undefined, 0, partial);
    expect(first).toEqual({ firstAt: 0, until: 300_000, partial });
    expect(parseAbsence(JSON.stringify(first))).toEqual(first);
    const whole = confirmAbsence(first, 2 * 86_400_000);
    expect(whole).toEqual({ firstAt: 2 * 86_400_000, until: 2 * 86_400_000 + 300_000 });
    const settled = { firstAt: 0, until: 86_400_000 };
    expect(confirmAbsence(settled, 2 * 86_400_000, partial).until).toBe(2 * 86_400_000 + 300_000);
  });

  it("answers a caller with an account only if it was found for one, if it is partial", () => {
    const of = (account: boolean) => ({ checked: [], account });
    expect(answers(undefined, { account: true })).toBe(true);
    expect(answers(of(true), { account: true })).toBe(true);
    expect(answers(of(false), { account: true })).toBe(false);
    expect(answers(of(false), { account: false })).toBe(true);
  });

  it("round-trips through its text form, and is undefined when damaged", () => {
    const absence = confirmAbsence(undefined, 42);
    expect(parseAbsence(JSON.stringify(absence))).toEqual(absence);
    for (const text of [null, "", "{", "null", "1", "{}", '{"firstAt":"1","until":2}']) {
      expect(parseAbsence(text)).toBeUndefined();
    }
  });
});
