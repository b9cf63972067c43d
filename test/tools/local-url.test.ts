import { describe, expect, it } from "vitest";
import { addressNotice, contactNotice, localUrl } from "../../scripts/local/settings.ts";

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

describe("a start", () => {
  it.each(["0.0.0.0", "::", "192.0.2.1", "books.lan", "127.0.0.1.example"])(
    "on %s says that addresses are unknown without a proxy",
    (host) => {
      expect(addressNotice(host, false)).toContain("CLIENT_IP_HEADER");
      expect(addressNotice(host, true)).toBeUndefined();
    },
  );

  it.each(["127.0.0.1", "127.1.2.3", "localhost", "::1"])("on %s says nothing", (host) => {
    expect(addressNotice(host, false)).toBeUndefined();
  });
});

it("warns that Open Library may refuse calls without a contact", () => {
  expect(contactNotice(false)).toMatch(/PROVIDER_CONTACT.*refuse/);
  expect(contactNotice(true)).toBeUndefined();
});
