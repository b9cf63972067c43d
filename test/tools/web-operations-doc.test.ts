import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import openapi from "../../openapi.json" with { type: "json" };

/** Operations of the operator of a service, without an account of a user. */
const OF_OPERATOR = /^\/(admin|health|metrics)/;

interface Operation {
  operationId?: string;
}

/** Operations of `openapi.json` that are for users, by their ids. */
const forUsers = Object.entries(openapi.paths as Record<string, Record<string, Operation>>)
  .filter(([path]) => !OF_OPERATOR.test(path))
  .flatMap(([, methods]) => Object.values(methods))
  .flatMap(({ operationId }) => operationId ?? []);

const [, section = ""] = readFileSync("docs/web.md", "utf8").split("## What the API can do");
/** Rows of the table: the operations, where they are, why not. */
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

it("docs/web.md says where each operation is in the app, and why it is left out otherwise", () => {
  const unexplained = rows?.filter(
    ([, , where = "", why = ""]) => where === "" || (where === "no" && why === ""),
  );
  expect(unexplained).toEqual([]);
});
