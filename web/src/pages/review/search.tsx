import { useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { publicApi } from "../../state/api.ts";
import { createAttempt } from "../../state/attempt.ts";
import { AttemptNotice } from "../../ui/attempt-notice.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/fields.tsx";
import { CandidateButton, type Candidate } from "./candidate.tsx";
import { text as t } from "./text.ts";

const RESULTS = 8;

/** Searches the catalogues for the edition of a row. @param props.query the initial query */
export function Search({
  query,
  onChoose,
}: {
  query: string;
  onChoose: (candidate: Candidate) => void;
}) {
  const attempt = useMemo(() => createAttempt(), []);
  const words = useSignal(query);
  const found = useSignal<readonly Candidate[] | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus();
    return attempt.stop;
  }, []);
  const search = async (): Promise<void> => {
    const q = words.value.trim();
    if (q === "") return;
    const answer = await attempt.run((signal) =>
      publicApi.catalogue.search({ q, limit: RESULTS, signal }),
    );
    if (answer) found.value = answer.books;
  };
  return (
    <form
      class="stack"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        void search();
      }}
    >
      <TextField
        label={t("searchLabel")}
        value={words.value}
        inputMode="search"
        inputRef={input}
        onInput={({ currentTarget }) => (words.value = currentTarget.value)}
      />
      <div class="row">
        <Button type="submit" icon="search" busy={attempt.state.value.kind === "working"}>
          {t("searchGo")}
        </Button>
      </div>
      <AttemptNotice attempt={attempt} onRetry={() => void search()} />
      <p role="status" class={found.value?.length === 0 ? "" : "quiet"}>
        {found.value &&
          (found.value.length === 0 ? t("searchNone") : t("found", { count: found.value.length }))}
      </p>
      {found.value && found.value.length > 0 && (
        <ul role="list" class="review-candidates">
          {found.value.map((candidate) => (
            <li key={candidate.isbn}>
              <CandidateButton candidate={candidate} onChoose={() => onChoose(candidate)} />
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
