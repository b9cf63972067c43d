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
import { BOOKBUDDY } from "./bookbuddy.ts";
import { ANOBII } from "./anobii.ts";
import { CLZ } from "./clz.ts";
import { HANDY_LIBRARY } from "./handylibrary.ts";
import { BOOK_CATALOGUE } from "./bookcatalogue.ts";
import { LIBATION } from "./libation.ts";
import { LIBBY } from "./libby.ts";
import { ZOTERO } from "./zotero.ts";
import { BOOKLOG_JP } from "./booklogjp.ts";
import { BABELIO } from "./babelio.ts";
import { YAMTRACK } from "./yamtrack.ts";
import { READING_LIST } from "./readinglist.ts";
import { BOOKLOGR } from "./booklogr.ts";
import { NEODB } from "./neodb.ts";
import { SKOOB } from "./skoob.ts";
import { NOTION } from "./notion.ts";

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
  BOOKBUDDY,
  ANOBII,
  CLZ,
  HANDY_LIBRARY,
  BOOK_CATALOGUE,
  LIBATION,
  LIBBY,
  ZOTERO,
  BOOKLOG_JP,
  BABELIO,
  YAMTRACK,
  READING_LIST,
  BOOKLOGR,
  NEODB,
  SKOOB,
  NOTION,
];
