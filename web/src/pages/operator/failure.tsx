import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { BooksTrackError } from "../../../../client/src/index.ts";
import { requestIdOf, textOfError } from "../../state/problem-texts.ts";
import { Button } from "../../ui/button.tsx";
import { text as t } from "./text.ts";

/** Error texts for the operator; the general ones address users. */
export function textOfFailure(error: unknown): string {
  if (!(error instanceof BooksTrackError)) return textOfError(error);
  if (error.code === "ADMIN_DISABLED") return t("adminDisabled");
  if (error.status === 401) return t("tokenMissing");
  if (error.status === 403) return t("tokenWrong");
  if (error.status === 409 || error.code === "INVALID_REQUEST") return error.message;
  return textOfError(error);
}

/** A failure with a retry button that shows a countdown. */
export function Failure({
  error,
  onRetry,
}: {
  error: unknown;
  onRetry?: (() => void) | undefined;
}) {
  const id = requestIdOf(error);
  return (
    <div class="notice notice-error" role="alert">
      <div class="grow">
        <p>{textOfFailure(error)}</p>
        {id !== undefined && <p class="quiet">{t("requestId", { id })}</p>}
      </div>
      {onRetry && <Retry error={error} onRetry={onRetry} />}
    </div>
  );
}

function Retry({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const wait = error instanceof BooksTrackError ? (error.retryAfterMs ?? 0) : 0;
  const left = useSignal(0);
  useEffect(() => {
    left.value = Math.ceil(wait / 1000);
  }, [error]);
  useSignalEffect(() => {
    if (left.value <= 0) return undefined;
    const timer = setTimeout(() => (left.value -= 1), 1000);
    return () => clearTimeout(timer);
  });
  return (
    <Button icon="refresh" busy={left.value > 0} onClick={onRetry}>
      {left.value > 0 ? t("retryIn", { count: left.value }) : t("retry")}
    </Button>
  );
}
