import {
  base64url,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { identityIssuers, type IssuerSettings } from "./identity-issuers.ts";

const ISSUER = "https://issuer.test";
const NOW = Date.UTC(2026, 5, 1);
const SECONDS = NOW / 1000;

const settings: IssuerSettings = {
  issuer: ISSUER,
  jwks: `${ISSUER}/keys`,
  audience: ["com.example.app", "com.example.web"],
  algorithms: ["RS256", "ES256"],
};
const other: IssuerSettings = {
  issuer: "https://other.test",
  jwks: "https://other.test/keys",
  audience: "com.example.app",
  algorithms: ["ES256"],
};

interface Signer {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  jwk: JWK;
}

async function signer(kid: string, alg = "ES256"): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

const first = await signer("first");
const second = await signer("second");
const rsa = await signer("rsa", "RS256");
const stranger = await signer("first");

const claims: JWTPayload = {
  iss: ISSUER,
  aud: "com.example.app",
  sub: "somebody",
  exp: SECONDS + 600,
  iat: SECONDS,
};

const sign = (
  payload: JWTPayload,
  { kid, alg, privateKey }: Signer = first,
  header: object = {},
): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);

/** One isolate. Tests can change or remove the issuer's keys and move the clock. */
function world(keys: JWK[] = [first.jwk, rsa.jwk]) {
  const state = {
    now: NOW,
    questions: [] as string[],
    answer: async (_url: string, _init?: RequestInit): Promise<Response> =>
      Response.json({ keys }, { headers: { "Content-Type": "application/json" } }),
  };
  const verify = identityIssuers([settings, other], {
    fetch: async (input, init) => {
      const url = input instanceof Request ? input.url : input.toString();
      state.questions.push(url);
      return state.answer(url, init);
    },
    now: () => state.now,
  });
  return { state, verify };
}

let isolate: ReturnType<typeof world>;
beforeEach(() => {
  isolate = world();
});

const verified = { kind: "verified", identity: { issuer: ISSUER, subject: "somebody" } };
const refused = { kind: "refused" };

describe("a valid identity token", () => {
  it("yields the identity, with any of the accepted algorithms", async () => {
    expect(await isolate.verify(await sign(claims))).toEqual(verified);
    expect(await isolate.verify(await sign(claims, rsa))).toEqual(verified);
    expect(isolate.state.questions).toEqual([`${ISSUER}/keys`]);
  });

  it("can have several audiences, including this service", async () => {
    const token = await sign({ ...claims, aud: ["elsewhere", "com.example.web"] });
    expect(await isolate.verify(token)).toEqual(verified);
  });

  it("can be a few seconds late or early", async () => {
    expect(await isolate.verify(await sign({ ...claims, exp: SECONDS - 29 }))).toEqual(verified);
    expect(await isolate.verify(await sign({ ...claims, nbf: SECONDS + 29 }))).toEqual(verified);
  });
});

describe("an invalid identity token", () => {
  const without = (claim: string): JWTPayload =>
    Object.fromEntries(Object.entries(claims).filter(([name]) => name !== claim));

  it.each<[string, JWTPayload]>([
    ["expired", { ...claims, exp: SECONDS - 31 }],
    ["not valid yet", { ...claims, nbf: SECONDS + 31 }],
    ["meant for another app", { ...claims, aud: "com.example.other" }],
    ["without an audience", without("aud")],
    ["of an issuer that is not trusted", { ...claims, iss: "https://evil.test" }],
    ["of an issuer that is spelled differently", { ...claims, iss: `${ISSUER}/` }],
    ["without an issuer", without("iss")],
    ["without a subject", without("sub")],
    ["with an empty subject", { ...claims, sub: "" }],
    ["with a subject that is too long", { ...claims, sub: "x".repeat(256) }],
    ["without an expiry", without("exp")],
    ["with an expiry that is not a number", { ...claims, exp: "soon" as unknown as number }],
  ])("is refused when it is %s", async (_what, payload) => {
    expect((await isolate.verify(await sign(payload))).kind).toBe("refused");
  });

  it("is refused when it is signed by another key with a known key id", async () => {
    expect(await isolate.verify(await sign(claims, stranger))).toEqual(refused);
  });

  it("is refused when a claim was changed after signing", async () => {
    const [header, , signature] = (await sign(claims)).split(".");
    const forged = base64url.encode(JSON.stringify({ ...claims, sub: "victim" }));
    expect(await isolate.verify([header, forged, signature].join("."))).toEqual(refused);
  });

  it("is refused with alg none, without fetching keys", async () => {
    const unsecured = new UnsecuredJWT(claims).encode();
    const [, payload] = unsecured.split(".");
    for (const alg of ["none", "None", "NONE", ""]) {
      const header = base64url.encode(JSON.stringify({ alg, kid: "first" }));
      expect(await isolate.verify(`${header}.${payload}.`)).toEqual(refused);
    }
    expect(await isolate.verify(unsecured)).toEqual(refused);
    expect(isolate.state.questions).toEqual([]);
  });

  it("is refused when its signature is an HMAC keyed by the public key", async () => {
    const publicKeys = [JSON.stringify(rsa.jwk), await exportSPKI(rsa.publicKey)];
    for (const key of publicKeys) {
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256", kid: "rsa" })
        .sign(new TextEncoder().encode(key));
      expect(await isolate.verify(token)).toEqual(refused);
    }
    expect(isolate.state.questions).toEqual([]);
  });

  it("is refused when it contains its own key", async () => {
    const header = { jwk: stranger.jwk, jku: "https://evil.test/keys", x5u: "https://evil.test/x" };
    expect(await isolate.verify(await sign(claims, stranger, header))).toEqual(refused);
    expect(isolate.state.questions).toEqual([`${ISSUER}/keys`]);
  });

  it("is refused with an algorithm that does not match the issuer's key", async () => {
    const token = await sign(claims, { ...first, kid: "rsa" });
    expect(await isolate.verify(token)).toEqual(refused);
  });

  it("is refused when it is another kind of JWT of the same issuer", async () => {
    for (const typ of ["at+jwt", "logout+jwt", "application/secevent+jwt"]) {
      expect(await isolate.verify(await sign(claims, first, { typ }))).toEqual(refused);
    }
    expect(await isolate.verify(await sign(claims, first, { typ: "jwt" }))).toEqual(verified);
  });

  it("is refused when it has an unknown critical header", async () => {
    const { alg, kid, privateKey } = first;
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg, kid, crit: ["x"], x: 1 })
      .sign(privateKey, { crit: { x: true } });
    expect(await isolate.verify(token)).toEqual(refused);
  });

  it.each(["", ".", "..", "a.b.c", "a.b.c.d.e", "\0", "é.é.é", "x".repeat(100_000)])(
    "is rejected if it is not a JWT: %j",
    async (token) => {
      expect(await isolate.verify(token)).toEqual(refused);
      expect(isolate.state.questions).toEqual([]);
    },
  );
});

describe("the keys of an issuer", () => {
  it("are fetched at most once in 10 minutes", async () => {
    const token = await sign({ ...claims, exp: SECONDS + 3600 });
    await isolate.verify(token);
    isolate.state.now += 10 * 60_000 - 1;
    await isolate.verify(token);
    expect(isolate.state.questions).toHaveLength(1);
    isolate.state.now += 1;
    await isolate.verify(token);
    expect(isolate.state.questions).toHaveLength(2);
  });

  it("are refetched when a token names a new key, but not for each such token", async () => {
    await isolate.verify(await sign(claims));
    isolate.state.now += 5000;
    isolate.state.answer = async () => Response.json({ keys: [second.jwk] });
    expect(await isolate.verify(await sign(claims, second))).toEqual(verified);
    expect(await isolate.verify(await sign(claims))).toEqual(refused);
    for (let index = 0; index < 20; index += 1) {
      expect(await isolate.verify(await sign(claims, { ...first, kid: `${index}` }))).toEqual(
        refused,
      );
    }
    expect(isolate.state.questions).toHaveLength(2);
  });

  it("are fetched once for any number of concurrent tokens, with known or unknown keys", async () => {
    const tokens = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        sign(claims, { ...first, kid: `unknown ${index}` }),
      ),
    );
    const { answer } = isolate.state;
    isolate.state.answer = async (url) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return answer(url);
    };
    const good = await sign(claims);
    const verdicts = await Promise.all([...tokens, good].map((token) => isolate.verify(token)));
    expect(verdicts.filter(({ kind }) => kind === "refused")).toHaveLength(200);
    expect(verdicts.at(-1)).toEqual(verified);
    expect(isolate.state.questions).toHaveLength(1);
    isolate.state.now += 5000;
    await Promise.all(tokens.map((token) => isolate.verify(token)));
    expect(isolate.state.questions).toHaveLength(2);
  });

  it("are not read to the end when the response is too large", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
        sent += 65_536;
      },
    });
    isolate.state.answer = async () => new Response(body);
    expect(await isolate.verify(await sign(claims))).toMatchObject({
      kind: "unavailable",
      reason: "bad_answer",
    });
    expect(sent).toBeLessThan(1_000_000);
  });

  it.each([-2, 2])("are refetched after the clock was set by %s hours", async (hours) => {
    const long = { ...claims, exp: SECONDS + 86_400 };
    isolate.state.answer = () => Promise.reject(new TypeError("unavailable"));
    expect((await isolate.verify(await sign(long))).kind).toBe("unavailable");
    isolate.state.answer = async () => Response.json({ keys: [first.jwk] });
    isolate.state.now += hours * 3_600_000;
    expect(await isolate.verify(await sign({ ...long, iat: SECONDS - 86_400 }))).toEqual(verified);
    isolate.state.answer = async () => Response.json({ keys: [second.jwk] });
    isolate.state.now -= hours * 3_600_000;
    expect(await isolate.verify(await sign(long, second))).toEqual(verified);
  });

  const troubles: [string, () => Promise<Response>][] = [
    ["http_error", async () => new Response("no", { status: 500 })],
    ["http_error", async () => Response.redirect("https://evil.test/keys", 302)],
    ["bad_answer", async () => new Response("<html>")],
    ["bad_answer", async () => Response.json({ keys: "none" })],
    ["bad_answer", async () => Response.json(null)],
    ["network", () => Promise.reject(new TypeError("connection refused"))],
    ["timeout", () => Promise.reject(new DOMException("too slow", "TimeoutError"))],
  ];

  it.each(troubles)("make a token unverifiable, not invalid, on %s", async (reason, answer) => {
    isolate.state.answer = answer;
    const token = await sign(claims);
    expect(await isolate.verify(token)).toEqual({ kind: "unavailable", issuer: ISSUER, reason });
    await isolate.verify(token);
    expect(isolate.state.questions).toHaveLength(1);
  });

  it("are fetched within a budget and without following redirects", async () => {
    let request: RequestInit | undefined;
    isolate.state.answer = async (_url, init) => {
      request = init;
      return Response.json({ keys: [] });
    };
    await isolate.verify(await sign(claims));
    expect(request?.signal).toBeInstanceOf(AbortSignal);
    expect(request?.redirect).toBe("manual");
  });

  it("are used again as soon as the issuer is available", async () => {
    const { answer } = isolate.state;
    isolate.state.answer = () => Promise.reject(new TypeError("unavailable"));
    const token = await sign(claims);
    expect((await isolate.verify(token)).kind).toBe("unavailable");
    isolate.state.answer = answer;
    isolate.state.now += 5000;
    expect(await isolate.verify(token)).toEqual(verified);
  });

  it("are used for a day while the issuer is unavailable, but not to reject a token with an unknown key", async () => {
    const day = { ...claims, exp: SECONDS + 3 * 86_400 };
    await isolate.verify(await sign(day));
    isolate.state.answer = () => Promise.reject(new TypeError("unavailable"));
    isolate.state.now += 86_400_000 - 1;
    expect(await isolate.verify(await sign(day))).toEqual(verified);
    expect(await isolate.verify(await sign(day, second))).toMatchObject({ kind: "unavailable" });
    isolate.state.now += 1;
    expect(await isolate.verify(await sign(day))).toMatchObject({ kind: "unavailable" });
  });

  it("of one issuer do not verify tokens of another", async () => {
    isolate.state.answer = async (url) =>
      Response.json({ keys: url.startsWith(other.issuer) ? [second.jwk] : [first.jwk] });
    const token = await sign({ ...claims, iss: other.issuer }, second);
    expect(await isolate.verify(token)).toEqual({
      kind: "verified",
      identity: { issuer: other.issuer, subject: "somebody" },
    });
    expect(await isolate.verify(await sign(claims, second))).toEqual(refused);
    expect(await isolate.verify(await sign({ ...claims, iss: other.issuer }, first))).toEqual(
      refused,
    );
  });
});
