import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const ROOT = import.meta.dirname;
const PUBLIC = join(ROOT, "public");
const SERVICE_WORKER = "sw.js";
/** Folder of the API reference, which the Worker serves at other paths. */
const REFERENCE = "reference/";
/** Read by the asset server itself. */
const NOT_SERVED = new Set(["_headers"]);

const revisionOf = (content: string | Uint8Array): string =>
  createHash("sha256").update(content).digest("hex").slice(0, 16);

/** Replaces the list of files in the service worker by the files of this build. */
function precache(): Plugin {
  return {
    name: "precache",
    enforce: "post",
    generateBundle(_options, bundle) {
      const built = Object.values(bundle)
        .filter(({ fileName }) => fileName !== SERVICE_WORKER && isKept(fileName))
        .map((file) => ({
          // The page is served as "/".
          url: file.fileName === "index.html" ? "/" : `/${file.fileName}`,
          // The names of the others have a hash.
          ...(file.fileName === "index.html" && file.type === "asset"
            ? { revision: revisionOf(file.source) }
            : {}),
        }));
      const copied = readdirSync(PUBLIC)
        .filter((name) => !NOT_SERVED.has(name) && !name.endsWith(".png"))
        .map((name) => ({
          url: `/${name}`,
          revision: revisionOf(readFileSync(join(PUBLIC, name))),
        }));
      const worker = bundle[SERVICE_WORKER];
      if (worker?.type !== "chunk") throw new Error("The build has no service worker.");
      // Browsers run it as a classic script.
      if (worker.imports.length > 0) {
        throw new Error(
          `The service worker shares code with the pages: ${worker.imports.join(", ")}.`,
        );
      }
      worker.code = worker.code.replace(
        "__BUILT_FILES__",
        JSON.stringify([...built, ...copied].toSorted((a, b) => (a.url < b.url ? -1 : 1))),
      );
    },
  };
}

/** Files of the build that are needed without a connection. The reader of barcodes, which is large, is kept by its first use. */
const isKept = (fileName: string): boolean =>
  /\.(js|css|html|svg)$/.test(fileName) && !fileName.startsWith(REFERENCE);

/** Adds the API reference: its page, Scalar, and the document that both `/docs` and `/openapi.json` serve. */
function reference(): Plugin {
  const files: Readonly<Record<string, string>> = {
    "index.html": join(ROOT, "reference/index.html"),
    "start.js": join(ROOT, "reference/start.js"),
    "scalar.js": fileURLToPath(import.meta.resolve("@scalar/api-reference")).replace(
      /dist\/.*$/,
      "dist/browser/standalone.js",
    ),
  };
  return {
    name: "reference",
    generateBundle() {
      for (const [name, file] of Object.entries(files)) {
        this.emitFile({
          type: "asset",
          fileName: `${REFERENCE}${name}`,
          source: readFileSync(file),
        });
      }
      const document: unknown = JSON.parse(readFileSync(join(ROOT, "../openapi.json"), "utf8"));
      this.emitFile({
        type: "asset",
        fileName: `${REFERENCE}openapi.json`,
        source: JSON.stringify(document),
      });
    },
  };
}

export default defineConfig({
  root: ROOT,
  plugins: [reference(), precache()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: ["chrome125", "firefox128", "safari17.5"],
    // Styles of all pages are one small file: a page never flashes without its own.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: false,
    rollupOptions: {
      input: { app: join(ROOT, "index.html"), sw: join(ROOT, "service-worker/service-worker.ts") },
      output: {
        entryFileNames: (chunk) =>
          chunk.name === "sw" ? SERVICE_WORKER : "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
});
