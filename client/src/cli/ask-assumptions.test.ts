import { expect, test } from "vitest";
import type { ImportAssumption } from "../schema.ts";
import { askAssumptions } from "./ask-assumptions.ts";

const assumption = (given: Partial<ImportAssumption>): ImportAssumption => ({
  kind: "format",
  value: "goodreads",
  confidence: 0.5,
  rows: 3,
  samples: [],
  ...given,
});

/** Answers the questions in turn. */
async function asked(assumptions: readonly ImportAssumption[], ...answers: string[]) {
  let err = "";
  const questions: string[] = [];
  const options = await askAssumptions(
    assumptions,
    { err: (text) => void (err += text) },
    async (question) => {
      questions.push(question);
      return answers.shift() ?? "";
    },
  );
  return { options, err, questions };
}

test("asks only about assumptions of low confidence, and Enter accepts them", async () => {
  const sure = assumption({ kind: "encoding", value: "utf-8", confidence: 0.8 });
  const unsure = assumption({ confidence: 0.79 });
  const { options, err, questions } = await asked([unsure, sure], "");
  expect(options).toEqual({});
  expect(questions).toHaveLength(1);
  expect(err).toBe("The file is from goodreads (not certain; rows: 3)\n");
});

test("asks again after an invalid value, and shows samples as text", async () => {
  const samples = [{ row: 2, from: "3/4/21\u001B[2J", to: "2021-04-03" }];
  const { options, err, questions } = await asked(
    [
      assumption({ kind: "dateOrder", value: "dmy", samples }),
      assumption({ kind: "ratingScale", value: 5 }),
      assumption({ kind: "statusMapping", name: "Lese ich", value: "none" }),
      assumption({ kind: "statusMapping", name: "Wunsch", value: "none" }),
    ],
    "american",
    "mdy",
    "10",
    "reading",
    "want_to_read",
  );
  expect(questions).toHaveLength(5);
  expect(options).toEqual({
    dateOrder: "mdy",
    ratingScale: 10,
    statusMapping: { "Lese ich": "reading", Wunsch: "want_to_read" },
  });
  expect(err).not.toContain("\u001B");
  expect(err).toContain("It must be one of dmy, mdy, ymd.");
});
