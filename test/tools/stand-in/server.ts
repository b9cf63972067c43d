import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CallRecord } from "./call-record.ts";
import { type CatalogueBook, catalogueOf } from "./catalogue-book.ts";
import { handleControl } from "./control.ts";
import { type FaultRule, faultFor } from "./fault.ts";
import { googleBooks } from "./google-books.ts";
import { drawLatency, type Latency } from "./latency.ts";
import { openLibrary } from "./open-library.ts";
import type { ProviderModel } from "./provider-model.ts";
import { seededRandom } from "./random.ts";
import { respond } from "./respond.ts";
import {
  type ProviderControl,
  STAND_IN_PROVIDERS,
  type StandIn,
  type StandInProvider,
} from "./stand-in.ts";
import { WELL_KNOWN_BOOKS } from "./well-known-books.ts";

export interface StandInOptions {
  /** Default: the well-known books. */
  readonly books?: readonly CatalogueBook[];
  /** Default: any free port. */
  readonly port?: number;
  /** Seed for latencies, and for faults that apply to a share of the calls. */
  readonly seed?: number;
  /** Draws the cover of a book: its number, and its width in pixels. Default: there are no covers. */
  readonly cover?: (number: number, width: number) => Uint8Array;
}

/** Path of Open Library's covers, and their widths by size. */
const COVERS = "/covers";
const COVER_WIDTHS: Readonly<Record<string, number>> = { S: 160, M: 160, L: 320 };

const MODELS: Record<StandInProvider, { model: ProviderModel; base: string }> = {
  openlibrary: { model: openLibrary, base: "/openlibrary" },
  "google-books": { model: googleBooks, base: "/books/v1" },
};

/** Starts a server on 127.0.0.1 that simulates both providers. The returned object and `/__control` control it. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const catalogue = catalogueOf(options.books ?? WELL_KNOWN_BOOKS);
  const random = seededRandom(options.seed ?? 1);
  const desks = STAND_IN_PROVIDERS.map((id) => ({
    id,
    ...MODELS[id],
    record: new CallRecord(),
    latency: { fixedMs: 0 } as Latency,
    faults: [] as FaultRule[],
  }));

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://stand-in");
    if (url.pathname === "/__control" || url.pathname.startsWith("/__control/")) {
      void handleControl(request, response, url, standIn);
      return;
    }
    const cover = coverAt(url);
    if (cover) response.writeHead(200, { "Content-Type": "image/png" }).end(cover);
    else answer(request, response, url);
  });

  function coverAt({ pathname }: URL): Uint8Array | undefined {
    const [, number, size = ""] = /^\/covers\/b\/id\/(\d+)-([SML])\.jpg$/.exec(pathname) ?? [];
    const width = COVER_WIDTHS[size];
    return number === undefined || width === undefined
      ? undefined
      : options.cover?.(Number(number), width);
  }

  function answer(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const desk = desks.find(({ base }) => url.pathname.startsWith(`${base}/`));
    if (!desk) {
      response.writeHead(404).end();
      return;
    }
    const asked = new URL(url.pathname.slice(desk.base.length) + url.search, url);
    const isbns = desk.model.isbnsIn(asked);
    const userAgent = request.headers["user-agent"] ?? "";
    desk.record.add({ path: asked.pathname, isbns, userAgent, at: Date.now() });
    const fault = faultFor(desk.faults, isbns, random);
    const delay = drawLatency(desk.latency, random);
    const reply = (): void => respond(response, asked, desk.model, catalogue, fault);
    if (delay > 0) setTimeout(reply, delay);
    else reply();
  }

  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const control = (id: StandInProvider): ProviderControl => {
    const desk = desks.find((one) => one.id === id)!;
    return {
      baseUrl: url + desk.base,
      stats: () => desk.record.stats(),
      behave({ latency = { fixedMs: 0 }, faults = [] } = {}) {
        desk.latency = latency;
        desk.faults = [...faults];
      },
      forgetCalls: () => desk.record.clear(),
    };
  };

  const standIn: StandIn = {
    url,
    openlibrary: control("openlibrary"),
    "google-books": control("google-books"),
    env: {
      OPEN_LIBRARY_BASE_URL: url + MODELS.openlibrary.base,
      GOOGLE_BOOKS_BASE_URL: url + MODELS["google-books"].base,
      ...(options.cover ? { COVERS_BASE_URL: url + COVERS } : {}),
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  return standIn;
}
