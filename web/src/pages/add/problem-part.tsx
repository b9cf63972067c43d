import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { BooksTrackError, InvalidRequestError } from "../../../../client/src/index.ts";
import { isbnIn } from "../../state/isbn.ts";
import { requestIdOf, textOfError } from "../../state/problem-texts.ts";
import { Button, ButtonLink, IconButton } from "../../ui/button.tsx";
import { uiText } from "../../ui/text.ts";
import { text as t } from "./text.ts";

/** A problem with a text in the box. */
export interface Problem {
  readonly text: string;
  readonly error: unknown;
}

/** Explains a problem, with possible actions as buttons. */
export function ProblemPart({
  problem,
  onTry,
  onQueue,
  onDrop,
}: {
  problem: Problem;
  /** Tries a text, such as a suggestion or the same text again. */
  onTry: (text: string) => void;
  /** Adds an ISBN that is looked up later. */
  onQueue: (isbn: string) => void;
  onDrop: () => void;
}) {
  const { text, error } = problem;
  const code = error instanceof BooksTrackError ? error.code : "";
  const id = requestIdOf(error);
  const suggestions = error instanceof InvalidRequestError ? error.suggestions : [];
  const isbn = isbnIn(text);
  const isTemporary = error instanceof BooksTrackError && error.retryable;
  const waitMs = isTemporary ? error.retryAfterMs : undefined;
  return (
    <div class="notice notice-error" role="alert">
      <div class="grow stack">
        <p>
          <strong class="number" dir="auto">
            {text}
          </strong>
          <br />
          {wordsOf(error, code)}
        </p>
        {id !== undefined && <p class="quiet">{uiText("requestId", { id })}</p>}
        {suggestions.length > 0 && (
          <>
            <p>{t("didYouMean")}</p>
            <div class="row">
              {suggestions.map((suggestion) => (
                <Button key={suggestion} icon="forward" onClick={() => onTry(suggestion)}>
                  {suggestion}
                </Button>
              ))}
            </div>
          </>
        )}
        <div class="row">
          {code === "BOOK_NOT_FOUND" && (
            <ButtonLink icon="edit" href={`/add?hand=${encodeURIComponent(isbn ?? "")}`}>
              {t("byHand")}
            </ButtonLink>
          )}
          {isTemporary && isbn !== undefined && (
            <Button icon="clock" onClick={() => onQueue(isbn)}>
              {t("lookUpLater")}
            </Button>
          )}
          {(isTemporary || code === "") && (
            <Button icon="refresh" onClick={() => onTry(text)}>
              {uiText("retry")}
            </Button>
          )}
          {waitMs !== undefined && <Countdown key={text} ms={waitMs} onEnd={() => onTry(text)} />}
        </div>
      </div>
      <IconButton icon="close" label={t("dropProblem", { code: text })} onClick={onDrop} />
    </div>
  );
}

function wordsOf(error: unknown, code: string): string {
  if (code !== "NOT_A_BOOK_BARCODE" || !(error instanceof BooksTrackError)) {
    return textOfError(error);
  }
  const { kind } = error.details;
  if (kind === "issn") return t("isMagazine");
  return kind === "ismn" ? t("isMusic") : textOfError(error);
}

/** Counts down to the next attempt. Screen readers get the seconds from the failure's text. */
function Countdown({ ms, onEnd }: { ms: number; onEnd: () => void }) {
  const left = useSignal(Math.ceil(ms / 1000));
  useEffect(() => {
    const timer = setInterval(() => {
      left.value -= 1;
      if (left.value > 0) return;
      clearInterval(timer);
      onEnd();
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span class="quiet number" aria-hidden="true">
      {t("inSeconds", { count: Math.max(0, left.value) })}
    </span>
  );
}
