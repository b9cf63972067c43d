import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { request, type RequestOptions } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { usablePort } from "../../scripts/local/port.ts";
import { installed } from "../tools/installed.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { newReader, snapshot, uploaded } from "./import-support.ts";
import { emptyFolder, eventually, temporaryState } from "./support.ts";

const NAME = "books.example.org";
const LONG_MS = 400_000;
/** More than any file, and than nginx lets through without a setting. */
const TOO_LARGE = 110_000_000;

const page = readFileSync("docs/self-hosting.md", "utf8");
/** A configuration of the page, for this service and port. */
const documented = (language: string, service: string, port: number): string => {
  const [, block = ""] = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page) ?? [];
  expect(block).toContain("127.0.0.1:8787");
  return block
    .replaceAll("127.0.0.1:8787", new URL(service).host)
    .replace(`${NAME} {`, `${NAME}:${port} {`)
    .replace("listen 443", `listen 127.0.0.1:${port}`);
};

type Options = Omit<RequestOptions, "headers"> & { readonly headers?: OutgoingHttpHeaders };

/** A proxy that is running, and the certificate that its clients trust. */
interface Proxy {
  readonly process: ChildProcess;
  readonly certificate: string;
}

const caddy = async (folder: string, service: string, port: number): Promise<Proxy> => {
  const site = documented("caddyfile", service, port).replace("{\n", "{\n\ttls internal\n");
  const file = join(folder, "Caddyfile");
  const options = `{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n\tstorage file_system ${folder}\n}\n`;
  writeFileSync(file, `${options}${site}`);
  const started = spawn(installed("caddy") ?? "", ["run", "--config", file], { stdio: "ignore" });
  return { process: started, certificate: join(folder, "pki/authorities/local/root.crt") };
};

const nginx = async (folder: string, service: string, port: number): Promise<Proxy> => {
  const [certificate, key] = [join(folder, "fullchain.pem"), join(folder, "privkey.pem")];
  const subject = ["-subj", `/CN=${NAME}`, "-addext", `subjectAltName=DNS:${NAME}`];
  const keys = ["-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate];
  await promisify(execFile)("openssl", ["req", "-x509", "-days", "2", ...keys, ...subject]);
  const site = documented("nginx", service, port).replaceAll(
    `/etc/letsencrypt/live/${NAME}`,
    folder,
  );
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${join(folder, kind)};`,
  );
  const own = [
    `pid ${join(folder, "pid")};`,
    `error_log ${join(folder, "error.log")};`,
    "daemon off;",
  ];
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `${own.join("\n")}\nevents {}\nhttp {\naccess_log off;\n${temporary.join("\n")}\n${site}}\n`,
  );
  const started = spawn(installed("nginx") ?? "", ["-c", file], { stdio: "ignore" });
  return { process: started, certificate };
};

let standIn: StandIn;
let service: ServiceProcess;
const state = temporaryState();
const books = generatedBooks(30, 17);

beforeAll(async () => {
  standIn = await startStandIn({ books });
  const { QUOTAS, PROVIDER_LIMITS } = NO_LIMITS;
  const env = { ...standIn.env, QUOTAS, PROVIDER_LIMITS, CLIENT_IP_HEADER: "X-Real-IP" };
  service = await startService({ stateDir: state.path, env });
}, LONG_MS);
afterAll(async () => {
  await service.kill9();
  await standIn.close();
  state.remove();
});

/** Those that are installed; .ci/run installs both. */
const PROXIES = [
  { name: "caddy", start: caddy, needs: ["caddy"] },
  { name: "nginx", start: nginx, needs: ["nginx", "openssl"] },
].filter(({ needs }) => needs.every((program) => installed(program) !== undefined));

it("documents the proxies that are tested here, with the header that names the caller", () => {
  for (const language of ["caddyfile", "nginx"]) {
    expect(documented(language, "http://127.0.0.1:1", 2)).toMatch(
      /X-Real-IP (\$remote_addr|\{remote_host\})/,
    );
  }
});

describe.each(PROXIES)("behind $name, configured as documented", ({ name, start }) => {
  const folder = emptyFolder();
  let proxy: Proxy;
  let port: number;
  let ca: Buffer;

  const ask = (path: string, options: Options = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { Host: NAME, ...options.headers };
      const to = { host: "127.0.0.1", port, servername: NAME, ca, path, agent: false };
      const asked = request({ ...to, ...options, headers });
      asked.on("response", resolve).on("error", reject);
      asked.on("upgrade", (response, socket) => {
        socket.destroy();
        resolve(response);
      });
      asked.flushHeaders();
      if (options.method === undefined) asked.end();
    });
  const read = async (path: string, options?: Options) => {
    const response = await ask(path, options);
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };

  beforeAll(async () => {
    mkdirSync(join(folder.path, name));
    port = await usablePort("127.0.0.1", 0);
    proxy = await start(join(folder.path, name), service.url, port);
    await eventually(
      async () => existsSync(proxy.certificate) && readFileSync(proxy.certificate, "utf8"),
      (content) => content !== false && content !== "",
    );
    ca = readFileSync(proxy.certificate);
    await eventually(
      async () => read("/health").catch(() => undefined),
      (answer) => answer?.status === 200,
    );
  }, LONG_MS);
  afterAll(() => {
    proxy.process.kill();
    folder.remove();
  });

  it("knows callers by their addresses, whatever they send in its header", async () => {
    const remaining = async (options: Options): Promise<number> => {
      const { headers } = await read(`/v1/search/isbn?isbn=${books[0]?.isbn13}`, options);
      return Number(headers["x-ratelimit-remaining"]);
    };
    const first = await remaining({ localAddress: "127.0.0.31" });
    const forged = { "X-Real-IP": "192.0.2.1", "X-Forwarded-For": "192.0.2.2" };
    const second = await remaining({ localAddress: "127.0.0.31", headers: forged });
    expect(second).toBe(first - 1);
    const other = name === "caddy" ? "127.0.0.32" : "127.0.0.33";
    expect(await remaining({ localAddress: other })).toBeGreaterThan(second);
  });

  it("gets the events of an import while it runs", async () => {
    standIn.openlibrary.behave({ latency: { fixedMs: 1_500 } });
    const reader = await newReader(service.url);
    // Each proxy has its own books, which the catalogue lacks.
    const unknown = name === "caddy" ? books.slice(0, 15) : books.slice(15);
    const rows = unknown.map(({ title, isbn13 }) => `"${title} (${name})",${isbn13}`);
    const { jobId } = await uploaded(service.url, reader, ["Title,ISBN13", ...rows].join("\n"));
    const stream = await ask(`/api/v2/imports/${jobId}/stream`, {
      headers: { Authorization: `Bearer ${reader.token}`, "Accept-Encoding": "gzip" },
    });
    expect(stream.headers["content-encoding"]).toBeUndefined();
    const [event] = (await stream.take(1).toArray()) as Buffer[];
    expect(event?.toString()).toContain("retry: ");
    expect((await snapshot(service.url, reader, jobId)).status).not.toBe("completed");
    standIn.openlibrary.behave();
  });

  it("lets the service itself refuse a body that is too large", async () => {
    const reader = await newReader(service.url);
    const response = await ask("/api/v2/imports", {
      method: "POST",
      headers: {
        Authorization: `Bearer ${reader.token}`,
        "Content-Type": "text/csv",
        "Content-Length": TOO_LARGE,
      },
    });
    expect(response.statusCode).toBe(413);
    expect(JSON.parse(await text(response))).toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
  });

  it("compresses the app and the answers, and passes on what a browser has already", async () => {
    for (const path of ["/", "/openapi.json"]) {
      const { headers } = await read(path, { headers: { "Accept-Encoding": "gzip" } });
      expect(headers["content-encoding"]).toBe("gzip");
      const again = { "Accept-Encoding": "gzip", "If-None-Match": headers.etag };
      expect((await read(path, { headers: again })).status).toBe(304);
    }
  });

  it("opens the WebSocket of earlier apps", async () => {
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version": "13",
    };
    expect((await ask("/ws/progress?jobId=none&token=none", { headers })).statusCode).toBe(101);
  });
});
