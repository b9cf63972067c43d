import { expect, test } from "vitest";
import { createClient } from "./client.ts";

test("the account is read, and its settings are changed, with its token", async () => {
  const sent: { method: string; path: string; body: unknown; token: string | null }[] = [];
  const user = {
    userId: "user-1",
    createdAt: "2026-11-22T10:00:00.000Z",
    scopes: [],
    timeZone: "UTC",
  };
  const { accounts } = createClient({
    baseUrl: "https://books.example",
    token: "bt_1_secret",
    fetch: (input, init = {}) => {
      const text = typeof init.body === "string" ? init.body : "{}";
      const body = JSON.parse(text) as object;
      sent.push({
        method: init.method ?? "GET",
        path: new Request(input).url.replace("https://books.example", ""),
        body,
        token: new Headers(init.headers).get("Authorization"),
      });
      return Promise.resolve(Response.json({ ...user, ...body }));
    },
  });
  expect(await accounts.current()).toEqual(user);
  const changed = await accounts.changeSettings({ timeZone: "Europe/Berlin" });
  expect(changed.timeZone).toBe("Europe/Berlin");
  const token = "Bearer bt_1_secret";
  expect(sent).toEqual([
    { method: "GET", path: "/api/v2/users/me", body: {}, token },
    { method: "PATCH", path: "/api/v2/users/me", body: { timeZone: "Europe/Berlin" }, token },
  ]);
});
