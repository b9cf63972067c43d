import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { r2Covers } from "../../src/catalogue/storage/covers.ts";
import type { Log } from "../../src/platform/log.ts";
import { emptyCatalogue, fillCatalogue } from "../support/catalogue.ts";
import { call } from "../support/http.ts";
import { waitFor } from "../support/wait.ts";

const DUNE = "9780441172719";
const PATH = `/v1/covers/${DUNE}`;
const LINKS = {
  medium: "https://covers.openlibrary.org/b/id/5-M.jpg",
  large: "https://covers.openlibrary.org/b/id/5-L.jpg",
};

/** A JPEG of 320 by 480 pixels. */
const IMAGE = new Uint8Array(20_000).map((_, at) => (at * 7) % 251);
IMAGE.set([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 1, 0xe0, 1, 0x40, 3, 1]);

let asked: string[];
let answer: (url: string) => Response;

beforeEach(async () => {
  asked = [];
  answer = () => new Response(IMAGE, { headers: { "Content-Type": "text/html" } });
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const url = input instanceof Request ? input.url : String(input);
    asked.push(url);
    return answer(url);
  });
  vi.spyOn(console, "log").mockReturnValue();
  await emptyCatalogue();
  await env.DB.batch([
    env.DB.prepare("DELETE FROM Covers"),
    env.DB.prepare("UPDATE CoverSpace SET bytes = 0"),
  ]);
  const { objects } = await env.FILES.list({ prefix: "covers/" });
  await env.FILES.delete(objects.map(({ key }) => key));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const rows = (): Promise<number | null> =>
  env.DB.prepare("SELECT count(*) AS n FROM Covers").first("n");
async function isStored(count: number): Promise<void> {
  await waitFor(async () => expect(await rows()).toBe(count));
}

describe("GET /v1/covers/:isbn", () => {
  it("fetches the nearest size once, stores it, and is cacheable for a day or forever", async () => {
    await fillCatalogue({ isbn: DUNE, imageLinks: LINKS });
    const first = await call(`${PATH}?w=160`);
    expect(first.status).toBe(200);
    expect(first.headers.get("Content-Type")).toBe("image/jpeg");
    expect(first.headers.get("Cache-Control")).toBe("public, max-age=86400");
    expect(new Uint8Array(await first.arrayBuffer())).toEqual(IMAGE);
    await isStored(1);
    const etag = first.headers.get("ETag") ?? "";
    const again = await call(`${PATH}?w=160&v=${etag.replaceAll('"', "")}`);
    expect(new Uint8Array(await again.arrayBuffer())).toEqual(IMAGE);
    expect(again.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    const known = await call(`${PATH}?w=160&v=other`, { headers: { "If-None-Match": etag } });
    expect([known.status, known.headers.get("Cache-Control")]).toEqual([
      304,
      "public, max-age=86400",
    ]);
    expect(asked).toEqual([`${LINKS.medium}?default=false`]);
    expect(await env.DB.prepare("SELECT bytes FROM CoverSpace").first("bytes")).toBe(IMAGE.length);
  });

  it("remembers an absence, treats blank images as one, and draws a cover if allowed", async () => {
    await fillCatalogue({ isbn: DUNE, title: "<Dune>", authors: ["A & B"], imageLinks: LINKS });
    answer = (url) =>
      url.includes("-L.jpg")
        ? new Response(Uint8Array.from([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0]))
        : new Response("none", { status: 404 });
    expect((await call(PATH)).status).toBe(404);
    expect(asked).toHaveLength(2);
    await isStored(1);
    const drawn = await call(`${PATH}?fallback=svg`);
    expect(drawn.status).toBe(200);
    expect(drawn.headers.get("Content-Type")).toContain("image/svg+xml");
    expect(drawn.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    expect(await drawn.text()).toContain("&lt;Dune&gt;");
    expect(asked).toHaveLength(2);
  });

  it("stores no more covers once the space is used up", async () => {
    const log = { info: vi.fn<Log["info"]>(), error: vi.fn<Log["error"]>() };
    const storage = { db: env.DB, bucket: env.FILES };
    const store = r2Covers(storage, { now: Date.now, log, maxBytes: IMAGE.length });
    const image = { bytes: IMAGE, type: "image/jpeg" as const };
    await store.save({ isbn: DUNE, width: 160 }, { hash: "first", image });
    await store.save({ isbn: DUNE, width: 320 }, { hash: "second", image });
    expect(log.info.mock.calls.map(([event]) => event)).toEqual(["covers_full"]);
    expect(await rows()).toBe(1);
    expect((await env.FILES.list({ prefix: "covers/" })).objects).toHaveLength(1);
  });

  it("does not remember an outage", async () => {
    await fillCatalogue({ isbn: DUNE, imageLinks: { large: LINKS.large } });
    answer = () => new Response("no", { status: 403 });
    expect((await call(PATH)).status).toBe(503);
    const drawn = await call(`${PATH}?fallback=svg`);
    expect([drawn.status, drawn.headers.get("Cache-Control")]).toEqual([200, "public, max-age=60"]);
    expect(await rows()).toBe(0);
  });

  it("follows a redirect to the Internet Archive, and to no other host", async () => {
    await fillCatalogue({ isbn: DUNE, imageLinks: { large: LINKS.large } });
    const redirect = (to: string) => new Response(null, { status: 302, headers: { Location: to } });
    answer = () => redirect("http://169.254.169.254/latest");
    expect((await call(PATH)).status).toBe(503);
    expect(asked).toHaveLength(1);
    answer = (url) =>
      url.startsWith("https://ia8.us.archive.org/")
        ? new Response(IMAGE)
        : redirect("https://ia8.us.archive.org/x");
    expect((await call(PATH)).status).toBe(200);
  });

  it("has covers only for books of the catalogue, and refuses other widths", async () => {
    expect((await call(PATH)).status).toBe(404);
    expect((await call(`${PATH}?w=200`)).status).toBe(400);
    expect((await call("/v1/covers/123")).status).toBe(400);
    await fillCatalogue({ isbn: DUNE, imageLinks: { large: "https://evil.example/x.jpg" } });
    expect((await call(PATH)).status).toBe(404);
    expect(asked).toEqual([]);
  });

  it("refetches an image if its file is gone", async () => {
    await fillCatalogue({ isbn: DUNE, imageLinks: LINKS });
    await call(PATH);
    await isStored(1);
    const [object] = (await env.FILES.list({ prefix: "covers/" })).objects;
    await env.FILES.delete(object?.key ?? "");
    expect((await call(PATH)).status).toBe(200);
    expect(asked).toHaveLength(2);
  });
});
