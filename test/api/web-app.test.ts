import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

const BROWSER = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

/** None of these is in openapi.json. */
const call = (path: string, init?: RequestInit): Promise<Response> =>
  exports.default.fetch(new Request(`http://bookstrack.test${path}`, init));
const opened = (
  path: string,
  { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Response> => call(path, { method, headers: { ...BROWSER, ...headers } });

describe("the web app", () => {
  it.each(["/", "/add", "/stats", "/more", "/more/"])("is at %s", async (path) => {
    const response = await opened(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
    expect(await response.text()).toContain("The app");
    expect(response.headers.get("X-Request-Id")).toBeTruthy();
    expect(response.headers.get("Content-Security-Policy")).toBe("default-src 'none'");
  });

  it("opens at / for any client, as the asset server does on Cloudflare", async () => {
    expect(await (await call("/")).text()).toContain("The app");
  });

  it.each(["/nothing", "/add/more", "/book"])("is the page with 404 at %s", async (path) => {
    const etag = (await opened("/")).headers.get("ETag") ?? "";
    const response = await opened(path, { headers: { "If-None-Match": etag } });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("The app");
    expect(response.headers.get("Content-Security-Policy")).toBe("default-src 'none'");
  });

  it("serves its files, HEAD requests and conditional requests", async () => {
    const file = await call("/assets/app.js");
    expect(await file.text()).toBe('document.title = "BooksTrack";\n');
    const etag = file.headers.get("ETag") ?? "";
    expect((await call("/assets/app.js", { headers: { "If-None-Match": etag } })).status).toBe(304);
    expect((await opened("/", { method: "HEAD" })).status).toBe(200);
  });

  it.each([
    ["/v1/nothing", BROWSER],
    ["/api/v2/nothing", BROWSER],
    ["/ws/nothing", BROWSER],
    ["/nothing", {}],
    ["/nothing", { Accept: "application/json" }],
    ["/assets/old-chunk.js", { Accept: "*/*" }],
  ])("leaves %s with %o a problem", async (path, headers) => {
    const response = await call(path, { headers });
    expect(response.status).toBe(404);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  });

  it("answers only GET and HEAD", async () => {
    const response = await opened("/add", { method: "POST" });
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  });
});
