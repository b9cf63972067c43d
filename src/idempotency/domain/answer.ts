import { PROBLEMS, type ProblemCode, type ProblemDetails } from "../../../contract/problems.ts";
import { DomainError } from "../../platform/errors.ts";

/** The successful response to a request with side effects. `body` is JSON. */
export interface Answer {
  readonly status: number;
  /** Headers that belong to the answer, such as Location, but not those of the current request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The answer stored under a key: a success, or a failure that every retry would repeat. */
export type KeptAnswer =
  | { readonly kind: "success"; readonly answer: Answer }
  | {
      readonly kind: "refusal";
      readonly code: ProblemCode;
      readonly message: string;
      readonly details: ProblemDetails;
    };

/** Converts an error to a stored answer; `undefined` when a retry may succeed or the request was never executed. */
export function keptRefusal(error: unknown): KeptAnswer | undefined {
  if (!(error instanceof DomainError) || PROBLEMS[error.code].status !== 422) return undefined;
  const { code, message, details } = error;
  return { kind: "refusal", code, message, details };
}
