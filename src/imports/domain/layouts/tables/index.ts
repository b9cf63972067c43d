import type { Layout } from "../layout.ts";
import { BOOKWYRM } from "./bookwyrm.ts";
import { CALIBRE } from "./calibre.ts";
import { GOODREADS } from "./goodreads.ts";
import { HARDCOVER } from "./hardcover.ts";
import { INVENTAIRE } from "./inventaire.ts";
import { JELU } from "./jelu.ts";
import { LIBIB } from "./libib.ts";
import { LIBRARYTHING } from "./librarything.ts";
import { OPENLIBRARY } from "./openlibrary.ts";
import { OPENREADS } from "./openreads.ts";
import { STORYGRAPH } from "./storygraph.ts";

/** The layouts of all supported services. */
export const LAYOUTS: readonly Layout[] = [
  GOODREADS,
  STORYGRAPH,
  LIBRARYTHING,
  BOOKWYRM,
  CALIBRE,
  OPENLIBRARY,
  HARDCOVER,
  LIBIB,
  INVENTAIRE,
  OPENREADS,
  JELU,
];
