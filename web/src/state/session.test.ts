import { describe, expect, it } from "vitest";
import { AccessError } from "../../../client/src/index.ts";
import {
  accountOf,
  createSession,
  OtherAccountError,
  proofOf,
  recoveryOf,
  recoveryText,
  type SessionDeps,
} from "./session.ts";

const USER = "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";
const CODE = "AB12-CD34-EF56";
const GRANTED = { userId: USER, scopes: [], expiresAt: "2027-01-01T00:00:00Z" };

/** A session over an in-memory store, with a service that counts its requests. */
function world(stored?: unknown, { keeps = true }: { keeps?: boolean } = {}) {
  const counts = { created: 0, issued: 0 };
  const issued: unknown[] = [];
  const revoked: string[] = [];
  const store = { value: stored };
  const deps: SessionDeps = {
    read: () => store.value,
    write: (account) => {
      if (keeps) store.value = account;
      return keeps;
    },
    remove: () => (store.value = undefined),
    async create() {
      counts.created += 1;
      return { ...GRANTED, token: `bt_new_${counts.created}`, recoveryCode: CODE };
    },
    async issueToken(request) {
      counts.issued += 1;
      issued.push(request);
      return { ...GRANTED, token: "bt_recovered" };
    },
    async revoke(token) {
      revoked.push(token);
    },
  };
  return { session: createSession(deps), counts, store, issued, revoked };
}

const refused = new AccessError({
  code: "UNAUTHORIZED",
  message: "No.",
  status: 401,
  retryable: false,
  requestId: undefined,
  retryAfterMs: undefined,
  details: {},
});

describe("a session", () => {
  it("creates one account for all first writes, and stores it without its recovery code", async () => {
    const { session, counts, store } = world();
    expect(session.account.value).toBeUndefined();
    const users = await Promise.all([
      session.request(({ userId }) => Promise.resolve(userId)),
      session.request(({ userId }) => Promise.resolve(userId)),
    ]);
    expect(users).toEqual([USER, USER]);
    expect(counts.created).toBe(1);
    expect(JSON.stringify(store.value)).not.toContain(CODE);
    expect(world(store.value).session.account.value).toEqual(session.account.value);
  });

  it("creates an account with the next write if the first one failed", async () => {
    const { session, counts } = world();
    const failing = createSession({
      read: () => undefined,
      write: () => true,
      remove: () => undefined,
      issueToken: () => Promise.reject(refused),
      revoke: () => Promise.resolve(),
      create: () => {
        counts.created += 1;
        return counts.created === 1
          ? Promise.reject(new Error("offline"))
          : Promise.resolve({ ...GRANTED, token: "bt_second", recoveryCode: CODE });
      },
    });
    await expect(failing.ensureAccount()).rejects.toThrow("offline");
    expect((await failing.ensureAccount()).token).toBe("bt_second");
    expect(session.account.value).toBeUndefined();
  });

  it("keeps the recovery code until its last four characters are confirmed", async () => {
    const { session } = world();
    await session.ensureAccount();
    expect(session.confirmRecovery("XXXX")).toBe(false);
    expect(session.unconfirmedRecovery.value).toEqual({ userId: USER, recoveryCode: CODE });
    expect(session.confirmRecovery(" ef-56 ")).toBe(true);
    expect(session.unconfirmedRecovery.value).toBeUndefined();
    expect(session.confirmRecovery("")).toBe(false);
  });

  it("asks for a sign-in when its token is refused, and keeps the account until then", async () => {
    const { session, counts } = world({ userId: USER, token: "bt_old" });
    await expect(session.request(() => Promise.reject(refused))).rejects.toBe(refused);
    expect(session.signInNeeded.value).toBe(true);
    expect(session.account.value?.userId).toBe(USER);
    await session.signIn({ userId: USER, recoveryCode: CODE });
    expect([session.signInNeeded.value, session.account.value?.token]).toEqual([
      false,
      "bt_recovered",
    ]);
    expect(counts).toEqual({ created: 0, issued: 1 });
  });

  it("signs in with a pairing code and the name of the device", async () => {
    const { session, issued } = world();
    await session.signIn({ pairingCode: "K7QM2F0V" }, { name: "Kitchen tablet" });
    expect(issued).toEqual([{ pairingCode: "K7QM2F0V", name: "Kitchen tablet" }]);
    expect(session.account.value).toEqual({ userId: USER, token: "bt_recovered" });
  });

  it("accepts no other account when a sign-in is required", async () => {
    const { session, issued, revoked } = world({ userId: "someone", token: "bt_old" });
    const only = "someone";
    await expect(
      session.signIn({ userId: USER, recoveryCode: CODE }, { only }),
    ).rejects.toBeInstanceOf(OtherAccountError);
    expect(issued).toEqual([]);
    await expect(session.signIn({ pairingCode: "K7QM2F0V" }, { only })).rejects.toBeInstanceOf(
      OtherAccountError,
    );
    expect(revoked).toEqual(["bt_recovered"]);
    expect(session.account.value?.token).toBe("bt_old");
  });

  it("does not ask for a sign-in after a request with an older token, or after another failure", async () => {
    const { session } = world({ userId: USER, token: "bt_old" });
    const late = session.request(async () => {
      session.adopt({ userId: USER, token: "bt_newer" });
      throw refused;
    });
    await expect(late).rejects.toBe(refused);
    await expect(session.request(() => Promise.reject(new Error("other")))).rejects.toThrow(
      "other",
    );
    expect(session.signInNeeded.value).toBe(false);
  });

  it("follows another tab, and can be cleared", () => {
    const { session, store } = world({ userId: USER, token: "bt_old" });
    store.value = { userId: USER, token: "bt_other_tab" };
    session.reread();
    expect(session.account.value?.token).toBe("bt_other_tab");
    session.forget();
    expect([session.account.value, store.value]).toEqual([undefined, undefined]);
  });

  it("reports when the account lasts only as long as the page", async () => {
    const { session } = world(undefined, { keeps: false });
    await session.ensureAccount();
    expect(session.isTemporary.value).toBe(true);
  });
});

it("finds the id and the code in the saved text, and in a file that contains it", () => {
  const recovery = { userId: USER, recoveryCode: CODE };
  expect(recoveryOf(recoveryText(recovery))).toEqual(recovery);
  expect(
    recoveryOf(`BooksTrack\nAccount: ${USER.toUpperCase()}\r\nCode: ab12-cd34-ef56\n`),
  ).toEqual(recovery);
  const short = {
    userId: "3cy2fe9fy4t718tc1r20xmpqgw",
    recoveryCode: "K7QM-2F0V-AB12-CD34-EF56-GH78",
  };
  expect(recoveryOf(recoveryText(short))).toEqual(short);
  expect(recoveryOf(USER)).toBeUndefined();
  expect(recoveryOf(CODE)).toBeUndefined();
});

it("finds a pairing code as shown, typed or in a link, and in the recovery text", () => {
  const pairingCode = "K7QM2F0V";
  expect(
    ["K7QM-2F0V", " k7qm 2f0v ", "https://books.example.org/pair#K7QM2F0V"].map(proofOf),
  ).toEqual([{ pairingCode }, { pairingCode }, { pairingCode }]);
  const recovery = { userId: USER, recoveryCode: CODE };
  expect(proofOf(recoveryText(recovery))).toEqual(recovery);
  expect(["", "K7QM-2F0", "hello world", CODE].map(proofOf)).toEqual(Array(4).fill(undefined));
});

it("reads no account from damaged storage", () => {
  expect([undefined, null, "x", {}, { userId: 1, token: "t" }].map(accountOf)).toEqual(
    Array(5).fill(undefined),
  );
});
