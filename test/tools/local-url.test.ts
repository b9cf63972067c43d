import { describe, expect, it } from "vitest";
import { localUrl } from "../../scripts/local/settings.ts";

describe("localUrl", () => {
  it.each([
    ["127.0.0.1", "http://localhost:8787"],
    ["0.0.0.0", "http://localhost:8787"],
    ["::", "http://localhost:8787"],
    ["::1", "http://[::1]:8787"],
    ["192.0.2.1", "http://192.0.2.1:8787"],
  ])("returns a URL that reaches a listener on %s", (host, url) => {
    expect(localUrl(host, 8787)).toBe(url);
    expect(URL.canParse(localUrl(host, 8787))).toBe(true);
  });
});
