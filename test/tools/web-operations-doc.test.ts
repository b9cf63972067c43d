import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import openapi from "../../openapi.json" with { type: "json" };

/** Operations for the operator of a service, who has no user account. */
const OF_OPERATOR = /^\/(admin|health|metrics)/;

interface Operation {
  operationId?: string;
}

/** Operation ids in `openapi.json` that are for users. */
const forUsers = Object.entries(openapi.paths as Record<string, Record<string, Operation>>)
  .filter(([path]) => !OF_OPERATOR.test(path))
  .flatMap(([, methods]) => Object.values(methods))
  .flatMap(({ operationId }) => operationId ?? []);

const [, section = ""] = readFileSync("docs/web.md", "utf8").split("## What the API can do");
/** Rows of the table: operations, their place in the app, or the reason for their absence. */
const rows = section
  .split("\n## ")[0]
  ?.split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

it("docs/web.md lists every operation for users once, and no other", () => {
  const listed = rows?.flatMap(([, ids = ""]) => ids.replaceAll("`", "").split(", "));
  expect(listed?.toSorted()).toEqual(forUsers.toSorted());
  expect(forUsers.length).toBeGreaterThan(50);
});

it("docs/web.md states where each operation is in the app, or why it is omitted", () => {
  const unexplained = rows?.filter(
    ([, , where = "", why = ""]) => where === "" || (where === "no" && why === ""),
  );
  expect(unexplained).toEqual([]);
});

/**
 * The call in the app for each operation that it has. Operations on the shelf are edits and reads
 * of the sync engine.
 */
const CALLS: Readonly<Record<string, string>> = {
  searchByIsbn: "catalogue.byIsbn(",
  searchByTitle: "catalogue.search(",
  getCover: "/v1/covers/",
  listEditions: "catalogue.editions(",
  enrichBook: "catalogue.enrich(",
  createUser: "accounts.create(",
  createToken: "accounts.issueToken(",
  listTokens: "accounts.tokens(",
  revokeToken: "accounts.revokeToken(",
  revokeCurrentToken: "accounts.revoke(",
  createPairing: "accounts.pair(",
  createRecoveryCode: "accounts.newRecoveryCode(",
  getCurrentUser: "accounts.current(",
  changeSettings: "accounts.changeSettings(",
  getUsage: "accounts.usage(",
  getCapabilities: "publicApi.capabilities(",
  listLibrary: "filtered(inOrder.value",
  getLibraryFacets: "facetValues(",
  listTopRated: '"added", "title", "author", "rating"',
  getLibraryBook: "library.entry(",
  addBook: 'op: "add"',
  changeLibraryBook: 'op: "change"',
  removeLibraryBook: 'op: "delete"',
  changeManyBooks: "bulkEdits(",
  moveToEdition: "library.moveToEdition(",
  addProgress: 'op: "progress"',
  listProgress: "shelf.progress(",
  changeProgress: 't("changeNote"',
  deleteProgress: 'op: "progress.delete"',
  listGoals: "shelf.goals(",
  getGoal: "goals.find(",
  setGoal: 'op: "goal"',
  deleteGoal: "save(null)",
  getLibraryStats: "library.stats(",
  createExportTicket: "library.exportTicket(",
  exportLibrary: "library.exportTicket(",
  listTrash: "library.trash(",
  emptyTrash: "library.emptyTrash(",
  deleteTrashedBook: "library.emptyTrash(",
  restoreLibraryBook: 'op: "restore"',
  deleteUser: "library.deleteEverything(",
  listReviewQueue: "library.reviewPage(",
  resolveReviewItem: "library.resolve(",
  dismissReviewItem: "library.dismiss(",
  settleReviewItems: "library.settle(",
  listChanges: "openEngine(",
  applyChanges: "shelf.edit(",
  streamChanges: "openEngine(",
  createImport: "imports.start(",
  listImports: "imports.list(",
  getImport: "imports.get(",
  streamImport: "imports.watch(",
  listImportRows: "imports.rowPage(",
  exportFailedImportRows: "imports.failedCsv(",
  commitImport: "imports.commit(",
  cancelImport: "imports.cancel(",
  retryImport: "imports.retry(",
  undoImport: "imports.undo(",
  getOpenapi: 'href="/docs"',
  getDocs: 'href="/docs"',
};

const sources = globSync("web/src/**/*.{ts,tsx}", { exclude: ["**/*.test.ts", "**/{en,de}.ts"] })
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

it("the app calls exactly the operations that docs/web.md lists as present", () => {
  const inApp = rows?.flatMap(([, ids = "", where = ""]) =>
    where === "no" ? [] : ids.replaceAll("`", "").split(", "),
  );
  expect(Object.keys(CALLS).toSorted()).toEqual(inApp?.toSorted());
  const missing = Object.entries(CALLS).filter(([, call]) => !sources.includes(call));
  expect(missing).toEqual([]);
});
