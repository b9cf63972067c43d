import { PROBLEMS, type ProblemCode, type ProblemDetails } from "../../../contract/problems.ts";
import { DomainError } from "../../platform/errors.ts";

/** What a request with side effects answers when it succeeds; `body` is JSON. */
export interface Answer {
  readonly status: number;
  /** Headers that are part of the answer, such as Location; those of the request at hand are not. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What is kept under a key: a success, or a refusal that would be the same whenever it is asked for. */
export type KeptAnswer =
  | { readonly kind: "success"; readonly answer: Answer }
  | {
      readonly kind: "refusal";
      readonly code: ProblemCode;
      readonly message: string;
      readonly details: ProblemDetails;
    };

/** The refusal as it is kept; `undefined` when another try may end otherwise, or was never a try. */
export function keptRefusal(error: unknown): KeptAnswer | undefined {
  if (!(error instanceof DomainError) || PROBLEMS[error.code].status !== 422) return undefined;
  const { code, message, details } = error;
  return { kind: "refusal", code, message, details };
}
