import { describe, expect, it } from "vitest";
import { recentFlights } from "./recent-flights.ts";

describe("recentFlights", () => {
  it("remembers a flight for five seconds from its start, and then records a new one", () => {
    let now = 1_000_000;
    const flights = recentFlights(() => now);
    expect(flights.has("1")).toBe(false);
    flights.add("1");
    now += 4000;
    flights.add("1");
    expect(flights.has("1")).toBe(true);
    now += 1001;
    expect(flights.has("1")).toBe(false);
    flights.add("1");
    expect(flights.has("1")).toBe(true);
  });
});
