import { describe, expect, it } from "vitest";
import { BYTES_PER_WRITE, SHARES, WRITES_PER_IMPORTED_ROW as WRITES } from "./budget.ts";
import { firstOver, usedOf, type Charge, type Use } from "./charge.ts";
import { quotasOf } from "./policy.ts";
import { uploadMeter, type UploadSource } from "./upload-meter.ts";

const NOW = Date.UTC(2026, 10, 1, 12);
const DAY = 86_400_000;
const CHUNK = 1000;
const ROW_BYTES = 700;
const quotas = quotasOf({});

/** The counts of a day, as D1 keeps them: a chunk is stored with its charges if all of them fit. */
function service(rowBytes: number) {
  let uses: Use[] = [];
  const add = (charges: readonly Charge[], sign: 1 | -1): void => {
    for (const charge of charges) {
      const { subject, quota, day, amount } = charge;
      const used = usedOf(charge, uses) + sign * amount;
      uses = [
        ...uses.filter((use) => use.subject !== subject || use.quota !== quota),
        { subject, quota, day, used },
      ];
    }
  };
  /** One upload, chunk by chunk; it yields after each, so that uploads interleave. @returns its accepted rows */
  function* upload(source: UploadSource, rows: number): Generator<undefined, number> {
    const meter = uploadMeter(quotas, source);
    for (let at = 0; at < rows; at += CHUNK) {
      const size = Math.min(CHUNK, rows - at);
      const isLast = at + size >= rows;
      const charges = isLast
        ? meter.settle(size, size * rowBytes, "hash", NOW)
        : meter.next(size, size * rowBytes, NOW);
      if (firstOver(charges, uses)) {
        add(meter.total(), -1);
        return 0;
      }
      add(charges, 1);
      meter.stored(charges);
      yield undefined;
    }
    return rows;
  }
  return {
    upload,
    used: (subject: string) =>
      usedOf({ subject, quota: "serviceRows", day: Math.floor(NOW / DAY) }, uses),
  };
}

/** Runs uploads in turns, a chunk each. @returns the rows of each */
function inTurns(uploads: Generator<undefined, number>[]): number[] {
  const rows = uploads.map(() => 0);
  const open = new Map(uploads.entries());
  while (open.size > 0) {
    for (const [index, one] of open) {
      const step = one.next();
      if (step.done !== true) continue;
      rows[index] = step.value;
      open.delete(index);
    }
  }
  return rows;
}

const account = (number: number, given: { age?: number; network?: string } = {}): UploadSource => ({
  userId: `user ${number}`,
  createdAt: NOW - (given.age ?? 0),
  origin: { isYoung: (given.age ?? 0) < DAY, network: given.network },
  isPreview: false,
  alike: [],
});

const sum = (rows: readonly number[]): number => rows.reduce((total, one) => total + one, 0);

describe("a million rows that 100 accounts import on one day", () => {
  const flood = (sourceOf: (number: number) => UploadSource, rowBytes = ROW_BYTES) => {
    const made = service(rowBytes);
    const sources = Array.from({ length: 100 }, (_, number) => sourceOf(number));
    const rows = inTurns(sources.map((source) => made.upload(source, 10_000)));
    return { ...made, rows: sum(rows) };
  };
  const BUDGET = quotas.serviceRows;

  it("leave half of the share to new accounts of other networks if they come from one network", () => {
    const { used, upload } = flood((number) => account(number, { network: "one address" }));
    expect(used("imports")).toBeLessThanOrEqual(BUDGET * SHARES.youngNetwork);
    const other = account(1000, { network: "home" });
    expect(inTurns([upload(other, 50_000)])).toEqual([50_000]);
  });

  it("store no more bytes than their shares if their rows are large", () => {
    const bytes = 200_000;
    const { rows, used } = flood(
      (number) => account(number, { age: 9 * DAY, network: "one address" }),
      bytes,
    );
    expect(used("imports")).toBeLessThanOrEqual(BUDGET * SHARES.network);
    expect(rows * bytes).toBeLessThanOrEqual(BUDGET * SHARES.network * BYTES_PER_WRITE);
  });

  it("take at most the share of young accounts, and leave older ones the rest of the imports' half", () => {
    const { rows, used, upload } = flood((number) => account(number, { network: `net ${number}` }));
    expect(rows * WRITES).toBeLessThanOrEqual(BUDGET * SHARES.young);
    expect(used("imports")).toBe(rows * WRITES);
    const old = account(1000, { age: 9 * DAY, network: "home" });
    expect(inTurns([upload(old, 50_000)])).toEqual([50_000]);
  });

  it("take at most a tenth of the budget from one network, of old and young accounts", () => {
    const { rows, used, upload } = flood((number) =>
      account(number, { age: (number % 2) * 9 * DAY, network: "one address" }),
    );
    expect(used("one address")).toBe(rows * WRITES);
    expect(rows * WRITES).toBeLessThanOrEqual(BUDGET * SHARES.network);
    const other = account(1000, { age: 9 * DAY, network: "another address" });
    expect(inTurns([upload(other, 50_000)])).toEqual([50_000]);
  });

  it("take at most half of the budget in total, which leaves the other half to everything else", () => {
    const { rows, used } = flood((number) =>
      account(number, { age: 9 * DAY, network: `net ${number}` }),
    );
    expect(rows).toBeGreaterThan(0);
    expect(rows * WRITES).toBeLessThanOrEqual(BUDGET / 2);
    expect(used("imports")).toBe(rows * WRITES);
  });
});
