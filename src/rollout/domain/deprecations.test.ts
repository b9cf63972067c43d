import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  deprecationHeaders,
  deprecationState,
  goneProblem,
  legacyWebSocket,
  noticesFor,
} from "./deprecations.ts";

const deprecatedAt = Date.parse("2026-12-01T00:00:00Z");
const sunsetAt = Date.parse("2026-12-08T00:00:00Z");
const socket = legacyWebSocket({ deprecatedAt, sunsetAt, minAppVersion: "2.4.0" });
const unplanned = legacyWebSocket({ minAppVersion: "2.4.0" });

describe("deprecationState", () => {
  it.each([
    ["just before its deprecation", deprecatedAt - 1, "current"],
    ["from its deprecation", deprecatedAt, "deprecated"],
    ["just before its sunset", sunsetAt - 1, "deprecated"],
    ["from its sunset", sunsetAt, "gone"],
  ])("%s (%d) it is %s", (_when, now, state) => {
    expect(deprecationState(socket, now)).toBe(state);
  });

  it("never changes while nothing is planned", () => {
    expect(deprecationState(unplanned, Number.MAX_SAFE_INTEGER)).toBe("current");
  });

  it("may have a sunset without a deprecation", () => {
    const sudden = legacyWebSocket({ sunsetAt, minAppVersion: "2.4.0" });
    expect(deprecationState(sudden, sunsetAt - 1)).toBe("current");
    expect(deprecationState(sudden, sunsetAt)).toBe("gone");
  });
});

describe("noticesFor", () => {
  const notices = (clientVersion: string | undefined, now = deprecatedAt) =>
    noticesFor(clientVersion, [socket], now);

  it("warns a version that still needs the deprecated feature", () => {
    expect(notices("ios/2.3.9")).toEqual([
      {
        code: "LEGACY_WEBSOCKET",
        level: "warning",
        message: "Update to the latest version for better performance.",
        minAppVersion: "2.4.0",
        sunsetAt: "2026-12-08T00:00:00.000Z",
      },
    ]);
  });

  it("is more urgent after the sunset", () => {
    expect(notices("ios/2.3.9", sunsetAt)).toMatchObject([
      { level: "critical", message: expect.stringContaining("cannot import") },
    ]);
  });

  it.each(["ios/2.4.0", "ios/3.0.0", undefined, "", "unknown", "'; DROP"])(
    "does not warn %s, which does not need it or is not a version",
    (version) => {
      expect(notices(version)).toEqual([]);
    },
  );

  it("is empty before the deprecation, and while nothing is planned", () => {
    expect(notices("ios/1.0.0", deprecatedAt - 1)).toEqual([]);
    expect(noticesFor("ios/1.0.0", [unplanned], sunsetAt)).toEqual([]);
  });

  it("has a notice for each deprecation", () => {
    const other = { ...socket, id: "OTHER", minAppVersion: "9.0.0" };
    const codes = (version: string) =>
      noticesFor(version, [socket, other], deprecatedAt).map(({ code }) => code);
    expect([codes("1.0.0"), codes("3.0.0")]).toEqual([["LEGACY_WEBSOCKET", "OTHER"], ["OTHER"]]);
  });
});

describe("deprecationHeaders", () => {
  it("are those of RFC 9745, RFC 8594 and RFC 5829", () => {
    expect(deprecationHeaders(socket)).toEqual({
      Deprecation: "@1796083200",
      Sunset: "Tue, 08 Dec 2026 00:00:00 GMT",
      Link: '</api/v2/imports>; rel="successor-version"',
    });
    expect(deprecationHeaders(unplanned)).toEqual({
      Link: '</api/v2/imports>; rel="successor-version"',
    });
  });

  it("have an HTTP date with the correct weekday, for any instant", () => {
    const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const instants = fc.integer({ min: 0, max: Date.parse("2999-12-31T23:59:59Z") });
    fc.assert(
      fc.property(instants, (instant) => {
        const { Sunset = "" } = deprecationHeaders({ ...socket, sunsetAt: instant });
        expect(Sunset).toMatch(/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/);
        expect(Date.parse(Sunset)).toBe(instant - (instant % 1000));
        // The first day of 1970 was a Thursday.
        expect(Sunset.slice(0, 3)).toBe(DAYS[(4 + Math.floor(instant / 86_400_000)) % 7]);
      }),
    );
  });
});

it("a removed feature is refused with its successor", () => {
  expect(goneProblem(socket)).toMatchObject({
    code: "GONE",
    details: { successor: "/api/v2/imports", minAppVersion: "2.4.0" },
  });
});
