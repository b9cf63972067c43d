import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Attempt } from "../state/attempt.ts";
import { textOfCause } from "../state/problem-texts.ts";
import { Button } from "./button.tsx";
import { ErrorState } from "./states.tsx";
import { uiText as t } from "./text.ts";

/**
 * Shows why a request is waiting, with the seconds until the next attempt, or why it has failed.
 * Empty otherwise.
 * @param props.onRetry after a failure
 */
export function AttemptNotice({
  attempt,
  onRetry,
  isStoppable = true,
}: {
  attempt: Attempt;
  onRetry?: () => void;
  isStoppable?: boolean;
}) {
  const state = attempt.state.value;
  if (state.kind === "failed") return <ErrorState error={state.error} onRetry={onRetry} />;
  if (state.kind !== "waiting") return null;
  return (
    <div class="notice notice-warning">
      <div class="grow">
        <p role="status">{textOfCause(state.error)}</p>
        <p class="quiet">
          <Countdown until={state.until} />
        </p>
      </div>
      <div class="row">
        <Button icon="refresh" onClick={attempt.retryNow}>
          {t("now")}
        </Button>
        {isStoppable && <Button onClick={attempt.stop}>{t("stop")}</Button>}
      </div>
    </div>
  );
}

function Countdown({ until }: { until: number }) {
  const now = useNow();
  return (
    <span class="number">
      {t("again", { count: Math.max(0, Math.ceil((until - now) / 1000)) })}
    </span>
  );
}

/** The current time in ms since the epoch, updated every second. */
export function useNow(): number {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now.value;
}
