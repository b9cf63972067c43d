import packageJson from "../package.json" with { type: "json" };
import { legacyWebSocket } from "./rollout/domain/deprecations.ts";
import { jsonLog } from "./platform/log.ts";
import { buildApp } from "./app.ts";

const unused = (): never => {
  throw new Error("The document needs the routes, not what they do");
};

/** The OpenAPI 3.1 document of every route. */
export function openapiDocument(): object {
  const app = buildApp({
    log: jsonLog(unused),
    logSample: 0,
    corsOrigins: [],
    clientIpHeader: "",
    limiters: {},
    version: packageJson.version,
    now: unused,
    random: unused,
    newId: unused,
    lookupBook: unused,
    searchBooks: unused,
    enrichBook: unused,
    once: unused,
    readCapabilities: unused,
    authenticate: unused,
    authenticateUncached: unused,
    createAccount: unused,
    issueToken: unused,
    revokeToken: unused,
    linkIdentity: unused,
    isOperator: undefined,
    startRun: unused,
    actOnRun: unused,
    report: unused,
    faults: unused,
    storedFlags: { read: unused, write: unused },
    readCacheMetrics: unused,
    dropFromCache: unused,
    metered: unused,
    isScraper: undefined,
    readMetrics: unused,
    openLetters: unused,
    retryLetter: unused,
    findPlace: unused,
    addBook: unused,
    changeBook: unused,
    removeBook: unused,
    deleteUser: unused,
    listShelf: unused,
    topRated: unused,
    libraryStats: unused,
    exportLibrary: unused,
    reviewPage: unused,
    resolveRow: unused,
    acceptUpload: unused,
    newHash: unused,
    findImport: unused,
    importRows: unused,
    failedCsv: unused,
    actOnJob: unused,
    streamUrlOf: unused,
    listImports: unused,
    jobByTicket: unused,
    openStream: unused,
    legacyWebSocket: legacyWebSocket({ minAppVersion: "" }),
    openLegacySocket: unused,
    refuseLegacySocket: unused,
    countLegacyUse: unused,
    deprecations: unused,
    dismissRow: unused,
    readiness: unused,
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "bt_<id>_<secret>",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "ticket", {
    type: "apiKey",
    in: "query",
    name: "ticket",
  });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "BooksTrack",
      version: packageJson.version,
      description:
        "A catalogue of books by ISBN. Every error is an RFC 9457 problem whose `code` is stable; every response has an X-Request-Id.",
    },
    servers: [{ url: "/" }],
  });
}
