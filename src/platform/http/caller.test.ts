import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Hono } from "hono";
import { addressCaller, addressKey, userCaller } from "./caller.ts";

describe("addressKey", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    [" 203.0.113.7 ", "203.0.113.7"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::FFFF:CB00:7107", "203.0.113.7"],
    ["0:0:0:0:0:ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8::2:0:0:1", "2001:db8:0:0::/64"],
    ["2001:db8:0:0:1::", "2001:db8:0:0::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["::", "0:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["64:ff9b::203.0.113.7", "64:ff9b:0:0::/64"],
    ["::203.0.113.7", "0:0:0:0::/64"],
    ["1:2:3:4:5:6:203.0.113.7", "1:2:3:4::/64"],
    ["198.51.100.1, 203.0.113.7", "203.0.113.7"],
  ])("maps %s to %s", (text, key) => {
    expect(addressKey(text)).toBe(key);
  });

  it.each([
    undefined,
    "",
    "unknown",
    "localhost",
    "203.0.113",
    "203.0.113.256",
    "203.0.113.07",
    "203.0.113.7:443",
    "203.0.113.7.1",
    "203.0.113.-1",
    "0x7f.0.0.1",
    "[2001:db8::1]",
    "fe80::1%eth0",
    "2001:db8",
    "2001:db8:1:2:3:4:5",
    "2001:db8:1:2:3:4:5:6:7",
    "2001:db8:1:2::3:4:5:6",
    "2001::db8::1",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    ":::",
    "2001:db8:12345::1",
    "2001:db8:g::1",
    "203.0.113.7::1",
    "1:2:3:4:5:6:7:203.0.113.7",
    "::ffff:203.0.113.256",
    "٢.٢.٢.٢",
    "203.0.113.7,",
    "user:1",
    "1".repeat(100_000),
    ":".repeat(100_000),
  ])("maps text that is not an address to the local bucket (%j)", (text) => {
    expect(addressKey(text)).toBe("local");
  });

  it("maps every spelling of an IPv6 address to the key of its /64", () => {
    const group = fc.nat(0xffff);
    fc.assert(
      fc.property(
        fc.tuple(
          group,
          group,
          group,
          group,
          group,
          group,
          group,
          fc.integer({ min: 1, max: 0xffff }),
        ),
        (groups) => {
          fc.pre(groups.slice(0, 5).some((each) => each !== 0));
          const hex = groups.map((each) => each.toString(16));
          const key = `${hex.slice(0, 4).join(":")}::/64`;
          const padded = hex.map((each) => each.padStart(4, "0").toUpperCase()).join(":");
          const compressed = hex.join(":").replace(/(?:^|:)0(?::0)*:/, "::");
          expect(addressKey(hex.join(":"))).toBe(key);
          expect(addressKey(padded)).toBe(key);
          expect(addressKey(compressed)).toBe(key);
        },
      ),
    );
  });

  it("never throws", () => {
    const address = fc.string({
      unit: fc.constantFrom(..."0123456789abcf:.,% ".split("")),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.oneof(address, fc.string()), (text) => {
        expect(addressKey(text)).toMatch(/^(local|[\d.]+|[\da-f:]+::\/64)$/);
      }),
    );
  });
});

describe("callers", () => {
  it("reads the address from the given header", async () => {
    const app = new Hono().get("/", (c) => c.json(addressCaller(c, "X-Real-IP")));
    const response = await app.request("/", {
      headers: { "X-Real-IP": "203.0.113.7", "CF-Connecting-IP": "198.51.100.1" },
    });
    expect(await response.json()).toEqual({ key: "203.0.113.7", account: false });
    expect(await (await app.request("/")).json()).toEqual({ key: "local", account: false });
  });

  it("trusts no address without a configured header", async () => {
    const app = new Hono().get("/", (c) => c.json(addressCaller(c, undefined)));
    const headers = { "CF-Connecting-IP": "203.0.113.7", "X-Forwarded-For": "203.0.113.7" };
    const request = new Request("http://bookstrack.test/", {
      headers: { ...headers, "MF-CF-Blob": '{"clientIp":"203.0.113.7"}' },
    });
    expect(await (await app.request(request)).json()).toEqual({ key: "local", account: false });
  });

  it("keeps account keys distinct from address keys", () => {
    expect(userCaller("1")).toEqual({ key: "user:1", account: true, userId: "1" });
  });
});
