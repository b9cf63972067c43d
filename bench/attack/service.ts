import { madeUpBooks } from "../books.ts";
import type { BenchWorld } from "../case.ts";
import { shelve } from "../cases/shelf.ts";
import type { Target } from "./attacks.ts";
import type { Other } from "./others.ts";

const BOOKS = 50_000;
export const OTHERS = 5;
export const OTHERS_BOOKS = 500;
export const ADDRESS_HEADER = "X-Address";
const DAYS_9 = 9 * 86_400_000;

/**
 * Starts the service with its default limits, legitimate users with books, and attackers' accounts
 * older than a day.
 */
export async function attackedService(
  world: BenchWorld,
  attackers: number,
): Promise<Target & { others: Other[]; stateDir: string }> {
  const books = madeUpBooks(BOOKS);
  const catalogue = await world.catalogue(books);
  const isbns = books.slice(0, OTHERS_BOOKS).map(({ isbn }) => isbn);
  const accounts = catalogue.read((database) => {
    const account = (userId: string, address: string, count: number) => ({
      userId,
      address,
      token: shelve(database, userId, count),
    });
    const made = {
      others: Array.from({ length: OTHERS }, (_, n) => ({
        ...account(`other-${n}`, `192.0.2.${n}`, OTHERS_BOOKS),
        isbns: isbns.slice(n * 100, (n + 1) * 100),
      })),
      attackers: Array.from({ length: attackers }, (_, n) =>
        account(`attacker-${n}`, `203.0.113.${n}`, 1),
      ),
      doomed: account("doomed", "203.0.113.200", BOOKS),
    };
    database.prepare("UPDATE Users SET created_at = ?").run(Date.now() - DAYS_9);
    return made;
  });
  const standIn = await world.standIn([]);
  const { url, stateDir } = await world.service(
    { ...standIn.env, CLIENT_IP_HEADER: ADDRESS_HEADER },
    catalogue,
  );
  const file = (rows: number): string =>
    [
      "Title,Author,ISBN",
      ...books.slice(0, rows).map(({ title, authors, isbn }) => `${title},${authors[0]},${isbn}`),
    ].join("\n");
  return { url, stateDir, file, addressHeader: ADDRESS_HEADER, ...accounts };
}
