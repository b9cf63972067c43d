import * as fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../../test/support/properties.ts";
import { ConnectionError } from "../errors.ts";
import type { LibraryBook } from "../schema.ts";
import { isSame } from "./fields.ts";
import { Device } from "./test-support/device.ts";
import { Killed } from "./test-support/killable-store.ts";
import type { Fault } from "./test-support/faulty-api.ts";
import { DAY, ModelServer } from "./test-support/model-server.ts";
import type { Edit, GoalRecord, ProgressRecord } from "./types.ts";

const START = Date.parse("2026-03-01T12:00:00Z");
const DEVICES = ["phone", "laptop", "tablet"];
const ISBNS = ["9780441172719", "9780261102354", "9780140449136", "9780553283686"];

type Step =
  | { type: "edit"; device: number; book: number; kind: (typeof EDITS)[number] }
  | { type: "sync"; device: number; tabs: number; faults: Fault[] }
  | { type: "killed"; device: number; kind: "edit" | "sync"; writes: number; isAfter: boolean }
  | { type: "decide"; device: number; decision: "mine" | "theirs" }
  | { type: "import"; books: number }
  | { type: "refresh"; book: number }
  | { type: "pass"; days: number };

const EDITS = [
  "add",
  "add-with",
  "add-own",
  "review",
  "notes",
  "both",
  "tags",
  "reading",
  "progress",
  "delete",
  "restore",
  "goal",
] as const;

const device = fc.nat({ max: DEVICES.length - 1 });
const book = fc.nat({ max: ISBNS.length - 1 });
const fault = fc.constantFrom<Fault>(
  "none",
  "not-sent",
  "answer-lost",
  "partly-done",
  "sent-twice",
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("edit" as const),
      device,
      book,
      kind: fc.constantFrom(...EDITS),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("sync" as const),
      device,
      tabs: fc.integer({ min: 1, max: 2 }),
      faults: fc.array(fault, { maxLength: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("killed" as const),
      device,
      kind: fc.constantFrom("edit" as const, "sync" as const),
      writes: fc.nat({ max: 6 }),
      isAfter: fc.boolean(),
    }),
  },
  fc.record({
    type: fc.constant("decide" as const),
    device,
    decision: fc.constantFrom("mine" as const, "theirs" as const),
  }),
  fc.record({ type: fc.constant("import" as const), books: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ type: fc.constant("refresh" as const), book }),
  fc.record({ type: fc.constant("pass" as const), days: fc.constantFrom(0.01, 1, 40, 200, 365) }),
);

/** A service, and devices of one user, each with its own clock. */
class World {
  readonly server = new ModelServer(START);
  readonly devices: Device[];
  /** Faults of the next requests. */
  readonly faults: Fault[] = [];
  #values = 0;

  constructor(skews: readonly number[]) {
    // Pages of three items, so that writes happen between pages.
    const api = this.server.api(() => this.faults.shift() ?? "none", 3);
    this.devices = DEVICES.map((name, at) => {
      const skew = (skews[at] ?? 0) * DAY;
      return new Device({
        name,
        api: { ...api, clockOffsetMs: () => -skew },
        now: () => this.server.now + skew,
      });
    });
  }

  deviceAt(index: number): Device {
    const device = this.devices[index];
    if (!device) throw new Error(`There is no device ${index}.`);
    return device;
  }

  editOf(kind: (typeof EDITS)[number], isbn: string): Edit {
    const value = `v${(this.#values += 1)}`;
    switch (kind) {
      case "add":
        return { op: "add", isbn };
      case "add-with":
        return { op: "add", isbn, body: { review: value, tags: [`t${value}`] } };
      case "add-own":
        return { op: "add", body: { title: `Own ${isbn}`, authors: ["Me"], notes: value } };
      case "review":
      case "notes":
        return { op: "change", isbn, set: { [kind]: value } };
      case "both":
        return { op: "change", isbn, set: { review: value, notes: `${value}-too` } };
      case "tags":
        return { op: "change", isbn, addTags: [value], removeTags: [`v${this.#values - 1}`] };
      case "reading":
        return { op: "change", isbn, addReadings: [{ id: value, startedAt: "2026-01" }] };
      case "progress":
        return { op: "progress", isbn, body: { page: this.#values } };
      case "delete":
      case "restore":
        return { op: kind, isbn };
      case "goal":
        return { op: "goal", year: 2026, body: { books: this.#values } };
    }
  }
}

async function take(world: World, step: Step): Promise<void> {
  const { server } = world;
  const isbn = ISBNS["book" in step ? step.book : 0] ?? "";
  switch (step.type) {
    case "edit": {
      const device = world.deviceAt(step.device);
      await device.edit(world.editOf(step.kind, isbn));
      return;
    }
    case "sync": {
      world.faults.splice(0, Infinity, ...step.faults);
      const device = world.deviceAt(step.device);
      const tabs = Array.from({ length: step.tabs }, () => unlessCut(device.tab().sync()));
      await Promise.all(tabs);
      world.faults.length = 0;
      return;
    }
    case "killed": {
      const device = world.deviceAt(step.device);
      device.store.killAfter(step.writes, step);
      const edit = world.editOf("review", isbn);
      await unlessCut(step.kind === "edit" ? device.edit(edit) : device.tab().sync());
      device.store.revive();
      return;
    }
    case "decide":
      await world.deviceAt(step.device).decide(step.decision);
      return;
    case "import": {
      const rows = Array.from({ length: step.books }, (_, at) => `97800000000${10 + at}`);
      server.shelf.importBooks([...rows, ISBNS[0] ?? ""], server.now);
      return;
    }
    case "refresh":
      server.shelf.refresh(isbn, server.now);
      return;
    case "pass":
      server.now += step.days * DAY;
      server.sweep();
  }
}

/** Tolerates failures that a device can survive; any other failure fails the test. */
async function unlessCut(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof ConnectionError) && !(error instanceof Killed)) throw error;
  });
}

async function settle(world: World): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    world.server.now += 0.01 * DAY;
    for (const device of world.devices) await device.tab().sync();
  }
}

it("all devices converge, nothing happens twice, and no accepted edit is lost or overwrites data that its user has not seen", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(0, 0, -400, 3), { minLength: 3, maxLength: 3 }),
      fc.array(step, { minLength: 5, maxLength: 60 }),
      async (skews, steps) => {
        const world = new World(skews);
        world.server.shelf.importBooks(ISBNS, world.server.now);
        for (const step of steps) await take(world, step);
        await settle(world);
        await expectConverged(world);
        await expectNothingTwice(world);
        const { written } = world.server.shelf;
        for (const device of world.devices) expect(await device.lost(written)).toEqual([]);
        expectNothingOverwritten(world);
      },
    ),
    { numRuns: runs(150) },
  );
});

async function expectConverged({ server, devices }: World): Promise<void> {
  const books = server.shelf.values<LibraryBook>("book");
  const goals = server.shelf.values<GoalRecord>("goal");
  const progress = server.shelf.values<ProgressRecord>("progress");
  for (const device of devices) {
    const tab = device.tab();
    expect(await tab.pending()).toEqual([]);
    expect((await tab.status()).isLoading).toBe(false);
    const shown = new Map<string, unknown>();
    for (const { isbn } of await tab.books()) shown.set(isbn, await tab.book(isbn));
    expect(shown).toEqual(books);
    expect(await tab.goals()).toEqual([...goals.values()]);
    const shownProgress = await Promise.all(ISBNS.map((isbn) => tab.progress(isbn)));
    const ids = new Set(shownProgress.flat().map(({ id }) => id));
    expect(ids).toEqual(new Set(progress.keys()));
  }
}

async function expectNothingTwice({ server }: World): Promise<void> {
  expect(new Set(server.shelf.applied).size).toBe(server.shelf.applied.length);
  for (const { readings } of server.shelf.values<LibraryBook>("book").values()) {
    expect(new Set(readings.map(({ id }) => id)).size).toBe(readings.length);
  }
}

function expectNothingOverwritten({ server, devices }: World): void {
  for (const { isbn, field, from, to } of server.shelf.written) {
    const device = devices.find(({ accepted }) =>
      accepted.some((one) => one.field === field && isSame(one.value, to)),
    );
    if (!device || isSame(from, to)) continue;
    const isOwn = device.accepted.some((one) => one.field === field && isSame(one.value, from));
    const isSeen = isOwn || device.hasSeen(isbn, field, from);
    expect(isSeen, `${device.name} set ${field} to ${String(to)} over ${String(from)}`).toBe(true);
  }
}
