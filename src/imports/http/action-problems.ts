import type { ProblemCode } from "../../../contract/problems.ts";
import { defined } from "../../platform/defined.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Refusal } from "../../quotas/domain/refusal.ts";
import type { JobAction } from "../domain/job/actions.ts";
import type { CommitOutcome } from "../domain/job/commit-preview.ts";
import type { Job, JobState } from "../domain/job/job.ts";

/**
 * The job after an action.
 * @throws DomainError for any other outcome, such as CONFLICT or JOB_NOT_FOUND
 */
export function doneOrThrow(
  outcome: CommitOutcome,
  action: JobAction,
  { refusalError }: { refusalError(refusal: Refusal): DomainError },
): Job {
  switch (outcome.kind) {
    case "done":
      return outcome.job;
    case "not_found":
      throw new DomainError("JOB_NOT_FOUND", "You have no import with this id.");
    case "file_gone":
      throw new DomainError(
        "CONFLICT",
        "The file of this preview is no longer kept, so it cannot be read with other options. Upload it again.",
      );
    case "not_usable": {
      const { text, foundColumns, line } = outcome;
      throw new DomainError("INVALID_CSV", text, {
        details: { foundColumns, ...defined({ line }) },
      });
    }
    case "full":
      throw refusalError(outcome.refusal);
    case "contended":
      throw new DomainError(
        "CONFLICT",
        "Too many concurrent requests are changing this import. Try again.",
      );
    case "refused": {
      const { state, isExpired } = outcome;
      const detail = isExpired
        ? `The import ended more than ${state === "previewed" ? 7 : 30} days ago; its rows have been deleted.`
        : `The import is ${STATES[state]}: ${REFUSALS[action].detail}`;
      throw new DomainError(REFUSALS[action].code, detail);
    }
  }
}

/** Job states as they appear in an error text: "The import is ...". */
const STATES: Readonly<Record<JobState, string>> = {
  uploading: "still uploading",
  queued: "queued",
  processing: "in progress",
  undoing: "being undone",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
  previewed: "a preview",
  undone: "undone",
};

const REFUSALS = {
  commit: { code: "CONFLICT", detail: "only a preview can be committed." },
  cancel: { code: "JOB_NOT_CANCELLABLE", detail: "there is nothing to cancel." },
  retry: {
    code: "CONFLICT",
    detail: "only a completed, failed or cancelled import can be retried.",
  },
  undo: {
    code: "JOB_NOT_UNDOABLE",
    detail: "only a completed, failed or cancelled import that is not a preview can be undone.",
  },
} as const satisfies Record<JobAction, { code: ProblemCode; detail: string }>;
