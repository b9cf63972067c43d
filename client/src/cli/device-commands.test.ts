import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  asked,
  bodies,
  cli,
  folder,
  handlers,
  json,
  loggedIn,
  problem,
  url,
} from "./test-support.ts";
import { EXIT } from "./usage.ts";

const kept = async (): Promise<Record<string, string>[]> =>
  (
    JSON.parse(await readFile(join(folder, "deep", "account.json"), "utf8")) as {
      accounts: Record<string, string>[];
    }
  ).accounts;

const phone = {
  id: "abc",
  name: "Phone\u001b[2J",
  scopes: ["library:read"],
  createdAt: "2026-01-02T03:04:05.000Z",
  lastUsedAt: "2026-02-03",
  expiresAt: "2027-01-02T03:04:05.000Z",
  current: false,
};

test("devices lists the tokens as text or JSON, and revoke signs one out", async () => {
  await loggedIn();
  handlers["GET /api/v2/tokens"] = json({ items: [phone] });
  const { out } = await cli(["devices"]);
  expect(out).toContain("abc");
  expect(out).toContain("used 2026-02-03");
  expect(out).not.toContain("\u001b[2J");
  expect(JSON.parse((await cli(["devices", "--json"])).out)).toEqual([phone]);
  handlers["DELETE /api/v2/tokens/abc"] = (_, response) => void response.writeHead(204).end();
  expect((await cli(["devices", "revoke", "abc"])).code).toBe(EXIT.ok);
  expect((await cli(["devices", "revoke", "xyz"])).code).toBe(EXIT.notFound);
});

test("pair shows a code, and login --pair saves the account of the device that shows it", async () => {
  await loggedIn();
  handlers["POST /api/v2/pairings"] = json(
    { code: "K7QM2F0V", expiresAt: "2026-01-02T03:04:05.000Z" },
    201,
  );
  const { out } = await cli(["pair"]);
  expect(out).toContain("K7QM-2F0V\n");
  expect(out).toContain(`bookstrack login --pair K7QM-2F0V --url ${url()}`);
  handlers["POST /api/v2/tokens"] = json({ userId: "u9", token: "bt_9_9", scopes: [] }, 201);
  expect((await cli(["login", "--pair", "k7qm 2f0v", "--name", "Laptop"])).code).toBe(EXIT.ok);
  expect(JSON.parse(bodies.at(-1) ?? "")).toEqual({ pairingCode: "k7qm 2f0v", name: "Laptop" });
  expect(asked.at(-1)).toBe("POST /api/v2/tokens");
  expect((await kept())[0]).toEqual({ url: url(), userId: "u9", token: "bt_9_9" });
  handlers["POST /api/v2/tokens"] = problem(401, "UNAUTHORIZED");
  expect((await cli(["login", "--pair", "wrong"])).code).toBe(EXIT.access);
  expect((await kept())[0]).toMatchObject({ userId: "u9" });
});

test("recovery-code shows the new code and saves it", async () => {
  await loggedIn();
  handlers["POST /api/v2/users/recovery-code"] = json({ recoveryCode: "NEW1-NEW2" }, 201);
  expect((await cli(["recovery-code"])).out).toContain("NEW1-NEW2");
  expect((await kept())[0]).toMatchObject({ recoveryCode: "NEW1-NEW2" });
});
