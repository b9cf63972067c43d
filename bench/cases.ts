import type { BenchCase } from "./case.ts";
import { attack } from "./cases/attack.ts";
import { d1Hit } from "./cases/d1-hit.ts";
import { flood } from "./cases/flood.ts";
import { hotLookup } from "./cases/hot-lookup.ts";
import { importKnown } from "./cases/import-known.ts";
import { importStream } from "./cases/import-stream.ts";
import { importUnknown } from "./cases/import-unknown.ts";
import { loadCatalogue } from "./cases/load-catalogue.ts";
import { migration } from "./cases/migration.ts";
import { oneFlight } from "./cases/one-flight.ts";
import { operations } from "./cases/operations.ts";
import { peersCsv } from "./cases/peers-csv.ts";
import { peersImport } from "./cases/peers-import.ts";
import { peersIsbn } from "./cases/peers-isbn.ts";
import { peersTitleSearch } from "./cases/peers-title-search.ts";
import { providerMiss } from "./cases/provider-miss.ts";
import { relevance } from "./cases/relevance.ts";
import { resume } from "./cases/resume.ts";
import { shelf } from "./cases/shelf.ts";
import { sync } from "./cases/sync.ts";
import { start } from "./cases/start.ts";
import { titleSearch } from "./cases/title-search.ts";
import { webShelf } from "./cases/web-shelf.ts";
import { zipfMix } from "./cases/zipf.ts";

/** All cases, in the order in which they run. */
export const CASES: readonly BenchCase[] = [
  hotLookup,
  d1Hit,
  zipfMix,
  titleSearch,
  providerMiss,
  oneFlight,
  shelf,
  migration,
  importKnown,
  importUnknown,
  importStream,
  resume,
  sync,
  operations,
];

/** Cases against other libraries and services, in a separate section of docs/PERFORMANCE.md. Runs before 0.2.0 lack them. */
export const PEER_CASES: readonly BenchCase[] = [
  peersCsv,
  peersIsbn,
  peersTitleSearch,
  peersImport,
];

/**
 * Cases that are not part of docs/PERFORMANCE.md: waiting times of developers, cases that need a
 * list, a dump or a browser, and attacks.
 */
export const DEVELOPER_CASES: readonly BenchCase[] = [
  start,
  relevance,
  loadCatalogue,
  webShelf,
  attack,
  flood,
];
