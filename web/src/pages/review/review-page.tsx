import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { ReviewItem } from "../../../../client/src/index.ts";
import { session, withApi } from "../../state/api.ts";
import { createAttempt, type Attempt } from "../../state/attempt.ts";
import { online } from "../../state/connection.ts";
import { preferences } from "../../state/preferences.ts";
import { textOfCause } from "../../state/problem-texts.ts";
import type { Decision } from "../../state/review-outbox.ts";
import { reviews } from "../../state/reviews.ts";
import { announce } from "../../ui/announce.tsx";
import { AttemptNotice } from "../../ui/attempt-notice.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { EmptyState, LoadingState, OfflineState } from "../../ui/states.tsx";
import { Bulk } from "./bulk.tsx";
import { Card } from "./card.tsx";
import { commandOf, isTyping, type Command } from "./commands.ts";
import { ImportFilter } from "./import-filter.tsx";
import { Keys } from "./keys.tsx";
import { createReviewQueue, type ReviewQueue } from "./queue.ts";
import { LastDecision, Unsent } from "./unsent.tsx";
import { text as t } from "./text.ts";
import "./review.css";

/**
 * `/review`: rows with a book that the user has to identify, one at a time. `?import=` shows those
 * of one import.
 */
export default function ReviewPage() {
  const { query } = useLocation();
  const jobId = query["import"];
  const account = session.account.value;
  // Sends decisions when the user leaves the page.
  useEffect(() => () => void reviews.flush(), []);
  return (
    <div class="stack review">
      <div class="page-head">
        <PageTitle>{t("title")}</PageTitle>
      </div>
      {account ? (
        <Queue key={`${account.userId} ${jobId ?? ""}`} jobId={jobId} />
      ) : (
        <Nothing isFiltered={false} />
      )}
    </div>
  );
}

function Queue({ jobId }: { jobId: string | undefined }) {
  const { attempt, queue } = useMemo(() => {
    const loading = createAttempt();
    return { attempt: loading, queue: queueOf(jobId, loading) };
  }, []);
  const isOnline = online.value;
  useEffect(() => {
    if (isOnline && queue.left.peek() === undefined) void queue.reload();
  }, [isOnline]);
  useEffect(() => attempt.stop, []);
  const refused = reviews.refused.value;
  useEffect(() => {
    for (const id of refused.keys()) queue.first(id);
  }, [refused]);
  const item = queue.current.value;
  const left = queue.left.value;
  const isWorking = attempt.state.value.kind === "working";
  return (
    <>
      <p class="review-lead">{t("lead")}</p>
      <div class="review-bar">
        <strong class="number" role="status">
          {left !== undefined && left > 0 && t("left", { count: left })}
        </strong>
        <LastDecision onUndo={() => undo(queue)} />
      </div>
      <Unsent />
      {item && <Decide key={item.id} item={item} queue={queue} />}
      <AttemptNotice attempt={attempt} onRetry={() => void queue.reload()} isStoppable={false} />
      {!item && !isOnline && left !== 0 && <OfflineState />}
      {!item && isOnline && isWorking && <LoadingState rows={3} />}
      {!item && left === 0 && <Nothing isFiltered={jobId !== undefined} />}
      <div class="row review-tools">
        <ImportFilter jobId={jobId} />
        {left !== undefined && left > 0 && (
          <Bulk jobId={jobId} count={left} onSettled={queue.reload} />
        )}
      </div>
      <Keys />
    </>
  );
}

function Decide({ item, queue }: { item: ReviewItem; queue: ReviewQueue }) {
  const searches = useSignal(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    // The next card's title gets the focus, for keyboard and screen readers. On the first one, the
    // page title keeps it.
    if (hasDecided) heading.current?.focus({ preventScroll: true });
  }, []);
  const name = item.title ?? item.raw["ISBN"] ?? t("untitled");
  const decide = (decision: Decision): void => {
    hasDecided = true;
    reviews.decide({ id: item.id, name }, decision);
    queue.take(item.id);
    announce(textOf(decision, name));
    void queue.refill();
  };
  const run = (command: Command): void => {
    const candidate = command.kind === "candidate" ? item.candidates[command.index] : undefined;
    if (candidate) decide({ kind: "choose", isbn: candidate.isbn, title: candidate.title });
    if (command.kind === "keep" || command.kind === "dismiss") decide({ kind: command.kind });
    if (command.kind === "search") searches.value = !searches.value;
    if (command.kind === "undo") undo(queue);
    if (command.kind === "skip") {
      hasDecided = true;
      queue.skip(item.id);
    }
  };
  useLetters(run);
  const error = reviews.refused.value.get(item.id);
  return (
    <Card
      item={item}
      name={name}
      headingRef={heading}
      error={error === undefined ? undefined : t("refusedNow", { why: textOfCause(error) })}
      isSearching={searches.value}
      onCommand={run}
      onChoose={({ isbn, title }) => decide({ kind: "choose", isbn, title })}
    />
  );
}

/** Whether the user has made a decision, so that the focus is on a card. */
let hasDecided = false;

/** Runs single-letter commands, unless they are disabled or the user is typing. */
function useLetters(run: (command: Command) => void): void {
  const latest = useRef(run);
  latest.current = run;
  const isOn = preferences.value.letterKeys;
  // A layout effect, because effects run after the next frame and a letter typed before that
  // belongs to the card already shown.
  useLayoutEffect(() => {
    if (!isOn) return undefined;
    const listen = (event: KeyboardEvent): void => {
      const command = event.repeat || isTyping(event.target) ? undefined : commandOf(event);
      if (!command) return;
      event.preventDefault();
      latest.current(command);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [isOn]);
}

function undo(queue: ReviewQueue): void {
  const taken = reviews.undo();
  if (!taken) {
    announce(t("nothingToUndo"));
    return;
  }
  queue.first(taken.id);
  announce(t("undone", { name: taken.name }));
}

function textOf(decision: Decision, name: string): string {
  if (decision.kind === "choose") return t("chosenNow", { name, title: decision.title });
  return t(decision.kind === "keep" ? "keptNow" : "dismissedNow", { name });
}

const queueOf = (jobId: string | undefined, attempt: Attempt): ReviewQueue =>
  createReviewQueue({
    load: (query, signal) =>
      withApi((_api, library) => library.reviewPage({ ...query, jobId, signal })),
    held: reviews.held,
    attempt,
  });

const Nothing = ({ isFiltered }: { isFiltered: boolean }) => (
  <EmptyState icon="check" title={t("emptyTitle")} text={t(isFiltered ? "noneHere" : "empty")}>
    <ButtonLink look="primary" icon="library" href="/">
      {t("toShelf")}
    </ButtonLink>
    <ButtonLink icon="upload" href="/import">
      {t("import")}
    </ButtonLink>
  </EmptyState>
);
