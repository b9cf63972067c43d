import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { requireIsbn } from "../../src/catalogue/module.ts";
import { moveToEdition, type MoveOutcome } from "../../src/library/domain/edition.ts";
import { d1EditionMoves } from "../../src/library/storage/edition-moves.ts";
import { d1Shelves } from "../../src/library/storage/shelves.ts";
import { atomicDb } from "../support/atomic-db.ts";
import { memoryLog } from "../support/fakes.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { randomOfThisRun, runs } from "../support/properties.ts";

const newId = () => crypto.randomUUID();
const OLD = isbnOf(8051);
const NEW = isbnOf(8052);

/** Database calls of a move: it reads two places, and writes one batch. */
const CALLS = 3;

/** The database of a worker that dies at the n-th call, before or after the call takes effect. */
function dying(nth: number, isBefore: boolean) {
  let calls = 0;
  let die: () => void = () => undefined;
  const death = new Promise<void>((resolve) => {
    die = resolve;
  });
  async function call<Result>(run: () => Promise<Result>): Promise<Result> {
    calls += 1;
    if (calls < nth) return run();
    if (calls === nth && !isBefore) await run();
    die();
    return new Promise<never>(() => undefined);
  }
  const statementOf = (statement: D1PreparedStatement): object => ({
    bind: (...values: unknown[]) => statementOf(statement.bind(...values)),
    first: () => call(() => statement.first()),
    statement,
  });
  const db = {
    prepare: (sql: string) => statementOf(env.DB.prepare(sql)),
    batch: (statements: { statement: D1PreparedStatement }[]) =>
      call(() => env.DB.batch(statements.map(({ statement }) => statement))),
  } as unknown as D1Database;
  return { db, death };
}

/** The places with rows in each table. */
async function placesOf({ userId }: Reader) {
  const isbns = async (table: string) => {
    const rows = env.DB.prepare(`SELECT DISTINCT isbn FROM ${table} WHERE user_id = ?1`);
    return (await rows.bind(userId).raw()).flat();
  };
  return {
    entries: await isbns("UserLibrary"),
    progress: await isbns("Progress"),
    readings: await isbns("Readings"),
    tags: await isbns("Tags"),
    tombstones: await isbns("RemovedEntries"),
    moves: await isbns("EditionMoves"),
  };
}

const at = (isbn: string, left: string[]) => ({
  entries: [isbn],
  progress: [isbn],
  readings: [isbn],
  tags: [isbn],
  tombstones: left,
  moves: left,
});
const UNMOVED = at(OLD, []);
const MOVED = at(NEW, [OLD]);

async function aReader(): Promise<Reader> {
  const reader = await newReader();
  await reader.add({ isbn: OLD, tags: ["sf"], readings: [{ startedAt: "2026-01-01" }] });
  const recorded = await reader.call("POST", `/books/${OLD}/progress`, { percent: 10 });
  expect(recorded.status).toBe(201);
  return reader;
}

const move = ({ userId }: Reader, db: D1Database): Promise<MoveOutcome> =>
  moveToEdition(
    {
      userId,
      caller: { key: userId, account: true },
      isbn: OLD,
      target: requireIsbn(NEW),
    },
    {
      shelves: d1Shelves(db, newId, memoryLog()),
      ...d1EditionMoves(db, newId, memoryLog()),
      lookupBook: async () => ({ kind: "absent", source: "external_api", providersChecked: [] }),
      keepBook: async () => undefined,
      now: Date.now,
    },
  );

beforeAll(async () => {
  await inCatalogue({ isbn: OLD });
  await inCatalogue({ isbn: NEW });
});

it("leaves the entry either moved or not, wherever a worker is killed; another worker completes the move", async () => {
  const random = randomOfThisRun();
  const found = new Set<string>();
  for (let round = 0; round < runs(20); round += 1) {
    const reader = await aReader();
    const nth = 1 + Math.floor(random() * CALLS);
    const isBefore = random() < 0.5;
    const { db, death } = dying(nth, isBefore);
    // Calls of a dead worker are never answered, and time out while the test continues.
    move(reader, db).catch(() => undefined);
    await death;
    const isMoved = nth === CALLS && !isBefore;
    expect([nth, isBefore, await placesOf(reader)]).toEqual([
      nth,
      isBefore,
      isMoved ? MOVED : UNMOVED,
    ]);
    found.add(isMoved ? "moved" : "unmoved");
    const again = await move(reader, env.DB);
    expect(again.kind).toBe(isMoved ? "not_on_shelf" : "shelved");
    expect(await placesOf(reader)).toEqual(MOVED);
  }
  expect(found.has("unmoved")).toBe(true);
});

it("changes nothing when the batch fails in its last statement", async () => {
  const reader = await aReader();
  expect(await move(reader, atomicDb())).toMatchObject({ kind: "shelved" });
  expect(await placesOf(reader)).toEqual(MOVED);
});
