import { reviews } from "../../state/reviews.ts";
import { preferences } from "../../state/preferences.ts";
import { AttemptNotice } from "../../ui/attempt-notice.tsx";
import { Button } from "../../ui/button.tsx";
import type { Held } from "../../state/review-outbox.ts";
import { text as t } from "./text.ts";

/** The last decision with an undo button, until it is sent. */
export function LastDecision({ onUndo }: { onUndo: () => void }) {
  const last = reviews.held.value.at(-1);
  if (!last) return null;
  return (
    <>
      <span class="clamp-2 quiet">
        <bdi>{textOf(last)}</bdi>
      </span>
      <Button look="quiet" icon="undo" onClick={onUndo}>
        {t("undo")}
        {preferences.value.letterKeys && <kbd aria-hidden="true">z</kbd>}
      </Button>
    </>
  );
}

/** Shows why decisions cannot be sent. */
export const Unsent = () => (
  <>
    <AttemptNotice
      attempt={reviews.attempt}
      onRetry={() => void reviews.flush()}
      isStoppable={false}
    />
    {reviews.attempt.state.value.kind === "waiting" && (
      <p class="quiet">{t("unsent", { count: reviews.held.value.length })}</p>
    )}
  </>
);

function textOf({ decision, name }: Held): string {
  if (decision.kind === "choose") return t("chosenNow", { name, title: decision.title });
  return t(decision.kind === "keep" ? "keptNow" : "dismissedNow", { name });
}
