/** Runs the stand-in manually: `PORT=8790 node test/tools/stand-in/main.ts`; `BOOKS=1000` adds generated books. */
import { generatedBooks } from "./generated-books.ts";
import { startStandIn } from "./server.ts";
import { WELL_KNOWN_BOOKS } from "./well-known-books.ts";

const standIn = await startStandIn({
  port: Number(process.env["PORT"] ?? 8790),
  books: [...WELL_KNOWN_BOOKS, ...generatedBooks(Number(process.env["BOOKS"] ?? 0))],
});
console.log(`OPEN_LIBRARY_BASE_URL=${standIn.env.OPEN_LIBRARY_BASE_URL}`);
console.log(`GOOGLE_BOOKS_BASE_URL=${standIn.env.GOOGLE_BOOKS_BASE_URL}`);
console.log(`Control: ${standIn.url}/__control`);
