import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { SearchHit } from "../../../../client/src/index.ts";
import { isAppPath } from "../../paths.ts";
import { publicApi, session, withApi } from "../../state/api.ts";
import { online } from "../../state/connection.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { TextField } from "../../ui/fields.tsx";
import { isFocusFree } from "../../ui/focus-free.ts";
import { later } from "../../ui/later.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { ErrorState, LoadingState, OfflineState } from "../../ui/states.tsx";
import { StatusChoice } from "../../ui/words/status-choice.tsx";
import type { Status } from "../../ui/words/text.ts";
import { addCode } from "./adding.ts";
import { HitList } from "./hit-list.tsx";
import { codesIn, meantBy, wantedOf } from "./input.ts";
import { JustAdded, noteAdded } from "./just-added.tsx";
import { ProblemPart, type Problem } from "./problem-part.tsx";
import { text as t } from "./text.ts";
import { useSearch } from "./use-search.ts";
import "./add.css";

const HandPart = later(() => import("./hand-part.tsx"));
const ListPart = later(() => import("./list-part.tsx"));

/** `/add`: one box for words, ISBNs and scanners; a list; a book described by the user. */
export default function AddPage() {
  const { query, route } = useLocation();
  const status = useSignal<Status>("want_to_read");
  const hand = query["hand"];
  const shared = query["shared"];
  useEffect(() => {
    if (shared !== undefined) route(`/add?q=${encodeURIComponent(wantedOf(shared))}`, true);
  }, [shared]);
  const list = useSignal<string | undefined>(undefined);
  const choice = (
    <StatusChoice
      label={t("addWith")}
      status={status.value}
      allowsNone={false}
      onChange={(next) => (status.value = next ?? "want_to_read")}
    />
  );
  return (
    <div class="stack add">
      <PageTitle>{t("title")}</PageTitle>
      {hand === undefined && shared === undefined && (
        <Box status={status.value} choice={choice} onList={(text) => (list.value = text)} />
      )}
      {hand !== undefined && (
        <>
          {choice}
          <HandPart
            key={hand}
            isbn={hand}
            status={status.value}
            onDone={() => route("/add", true)}
          />
        </>
      )}
      {list.value !== undefined && hand === undefined && (
        <ListPart key={list.value} first={list.value} status={status.value} />
      )}
      <Ways onList={() => (list.value ??= "")} />
      <JustAdded />
    </div>
  );
}

/** The other ways to add a book. */
function Ways({ onList }: { onList: () => void }) {
  return (
    <div class="row add-ways">
      {isAppPath("/scan") && (
        <ButtonLink icon="scan" href="/scan">
          {t("scan")}
        </ButtonLink>
      )}
      <Button icon="review" onClick={onList}>
        {t("pasteList")}
      </Button>
      <ButtonLink icon="edit" href="/add?hand=">
        {t("byHandButton")}
      </ButtonLink>
      {isAppPath("/import") && (
        <ButtonLink icon="upload" href="/import">
          {t("bringFile")}
        </ButtonLink>
      )}
    </div>
  );
}

/** The box and its results. */
function Box({
  status,
  choice,
  onList,
}: {
  status: Status;
  /** The status choice, between the box and the books. */
  choice: ComponentChildren;
  onList: (text: string) => void;
}) {
  const { query, route } = useLocation();
  const words = query["q"] === "" ? undefined : query["q"];
  const typed = useSignal(words ?? "");
  /** Codes being looked up or added; a scanner does not wait for the previous book. */
  const working = useSignal<readonly string[]>([]);
  const missing = useSignal(false);
  const problems = useSignal<readonly Problem[]>([]);
  const box = useRef<HTMLInputElement>(null);
  const meant = words === undefined ? undefined : meantBy(words);
  const search = useSearch(online.value && meant?.kind === "words" ? meant.words : undefined);
  useLayoutEffect(() => {
    // After a navigation the page title has the focus.
    if (isFocusFree()) box.current?.focus({ preventScroll: true });
    // A shared URL with a code is looked up immediately.
    if (meant?.kind === "code") void tryCode(meant.code);
  }, []);

  const dropProblem = (text: string): void => {
    problems.value = problems.value.filter((problem) => problem.text !== text);
  };
  const run = async (text: string, work: () => Promise<void>): Promise<void> => {
    if (working.value.includes(text)) return;
    working.value = [...working.value, text];
    dropProblem(text);
    try {
      await work();
    } catch (error) {
      problems.value = [{ text, error }, ...problems.value];
      const field = box.current;
      if (field && field.value === "" && document.activeElement === field) {
        // Lets the user correct it; the next scan replaces it.
        field.value = typed.value = text;
        field.select();
      }
    } finally {
      working.value = working.value.filter((one) => one !== text);
    }
  };
  const tryCode = (code: string): Promise<void> =>
    run(code, async () => {
      const added = await addCode(code, status, {
        shelf,
        isOnline: online.value,
        lookUp: (wanted) =>
          session.account.value
            ? withApi((api) => api.catalogue.enrich(wanted))
            : publicApi.catalogue.enrich(wanted),
      });
      noteAdded(added.isbn);
      const title = shelf.listed(added.isbn)?.title ?? added.isbn;
      announce(t(added.kind === "queued" ? "queued" : added.kind, { title }));
    });
  /** Empties the box immediately, for the next scan. */
  const take = (code: string): void => {
    typed.value = "";
    box.current?.focus({ preventScroll: true });
    void tryCode(code);
  };
  const queue = (isbn: string): Promise<void> =>
    run(isbn, async () => {
      await shelf.edit({ op: "add", isbn, body: { status } });
      noteAdded(isbn);
      announce(t("queued", { title: isbn }));
    });
  const add = (hit: SearchHit): Promise<void> =>
    run(hit.isbn, async () => {
      const { onShelf: _shelf, editionCount: _count, updatedAt: _updatedAt, ...preview } = hit;
      await shelf.edit({ op: "add", isbn: hit.isbn, body: { status }, preview });
      noteAdded(hit.isbn);
      announce(t("added", { title: hit.title }));
    });
  const submit = (): void => {
    const input = meantBy(typed.value);
    // The first press has emptied the box, so a second one finds it empty.
    missing.value = input.kind === "nothing" && working.value.length === 0;
    if (input.kind === "words") route(`/add?q=${encodeURIComponent(input.words)}`);
    if (input.kind === "code") take(input.code);
    if (input.kind === "list") {
      onList(input.codes.join("\n"));
      typed.value = "";
    }
  };

  return (
    <>
      <form
        class="add-box"
        role="search"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        onPaste={(event) => {
          const codes = codesIn(event.clipboardData?.getData("text") ?? "");
          if (codes.length < 2) return;
          event.preventDefault();
          onList(codes.join("\n"));
        }}
      >
        <TextField
          label={t("box")}
          hint={t("boxHint")}
          error={missing.value ? t("missing") : undefined}
          value={typed.value}
          inputMode="search"
          spellcheck={false}
          inputRef={box}
          onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
        />
        <Button type="submit" look="primary" icon="search" busy={search.isLoading}>
          {t("find")}
        </Button>
      </form>
      {choice}
      {working.value.length > 0 && (
        <p class="quiet" role="status">
          {t("working", { count: working.value.length })}
        </p>
      )}
      {problems.value.map((problem) => (
        <ProblemPart
          key={problem.text}
          problem={problem}
          onTry={(text) => {
            dropProblem(problem.text);
            take(text);
          }}
          onQueue={(isbn) => {
            dropProblem(problem.text);
            void queue(isbn);
          }}
          onDrop={() => dropProblem(problem.text)}
        />
      ))}
      {meant?.kind === "words" && !online.value && search.hits === undefined && <OfflineState />}
      {search.isLoading && search.hits === undefined && <LoadingState rows={4} />}
      {search.hits && search.hits.length > 0 && (
        <HitList hits={search.hits} status={status} onAdd={(hit) => void add(hit)} />
      )}
      {search.hits?.length === 0 && (
        <div class="notice">
          <p class="grow">{t("noHits")}</p>
          <ButtonLink icon="edit" href="/add?hand=">
            {t("byHand")}
          </ButtonLink>
        </div>
      )}
      {search.error !== undefined && <ErrorState error={search.error} onRetry={search.again} />}
      {search.hasMore && (
        <div class="row">
          <Button busy={search.isLoading} icon="down" onClick={search.more}>
            {t("more")}
          </Button>
        </div>
      )}
    </>
  );
}
