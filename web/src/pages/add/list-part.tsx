import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { InvalidRequestError } from "../../../../client/src/index.ts";
import { publicApi } from "../../state/api.ts";
import { online } from "../../state/connection.ts";
import { textOfProblem } from "../../state/problem-texts.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { TextArea } from "../../ui/fields.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { ErrorState } from "../../ui/states.tsx";
import type { Status } from "../../ui/words/text.ts";
import { editsFor, outcomeOf, readCodes, type ListedCode, type Outcome } from "./code-list.ts";
import { codesIn } from "./input.ts";
import { text as t } from "./text.ts";

/** The lists added since the app was opened, so that leaving the page loses no outcome. */
const lists = signal<readonly ListedCode[]>([]);
/** Maximum number of wrong codes for which suggestions are requested. */
const MAX_ASKED = 20;

/** Many ISBNs at once, each with its outcome. */
export default function ListPart({ first, status }: { first: string; status: Status }) {
  const typed = useSignal(first);
  const error = useSignal<string | undefined>(undefined);
  const failure = useSignal<unknown>(undefined);
  const add = async (codes: readonly string[]): Promise<void> => {
    const read = readCodes(codes, (isbn) => shelf.listed(isbn) !== undefined);
    try {
      await shelf.edit(...editsFor(read, status));
      failure.value = undefined;
    } catch (caught) {
      failure.value = caught;
      return;
    }
    const known = new Set(read.map(({ code }) => code));
    lists.value = [...read, ...lists.value.filter(({ code }) => !known.has(code))];
    typed.value = "";
    announce(t("listTaken", { count: read.length }));
  };
  const submit = (): void => {
    const codes = codesIn(typed.value);
    error.value = codes.length === 0 ? t("listWrong") : undefined;
    if (codes.length > 0) void add(codes);
  };
  return (
    <section class="card stack" aria-labelledby="by-list">
      <h2 id="by-list">{t("listTitle")}</h2>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextArea
          label={t("listLabel")}
          hint={t("listHint")}
          error={error.value}
          rows={5}
          spellcheck={false}
          value={typed.value}
          onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
        />
        <div class="row">
          <Button type="submit" look="primary" icon="plus">
            {t("listAdd")}
          </Button>
        </div>
      </form>
      {failure.value !== undefined && <ErrorState error={failure.value} />}
      <Outcomes
        onReplace={(wrong, right) => {
          lists.value = lists.value.filter(({ code }) => code !== wrong);
          void add([right]);
        }}
      />
    </section>
  );
}

function Outcomes({ onReplace }: { onReplace: (wrong: string, right: string) => void }) {
  const codes = lists.value;
  if (codes.length === 0) return null;
  const outcomes = codes.map((code) => ({
    code,
    outcome: outcomeOf(code, shelf.listed, shelf.attention.value),
  }));
  const count = (kind: Outcome["kind"]): number =>
    outcomes.filter(({ outcome }) => outcome.kind === kind).length;
  return (
    <div class="stack">
      <p role="status">
        {t("listSum", {
          added: String(count("added")),
          known: String(count("known")),
          waiting: String(count("waiting")),
          wrong: String(count("invalid") + count("refused")),
        })}
      </p>
      <ul role="list" class="add-outcomes">
        {outcomes.map(({ code, outcome }, index) => (
          <li key={code.code} class="add-outcome">
            <Icon name={ICONS[outcome.kind]} />
            <div class="add-text">
              <p class="number">{code.code}</p>
              <p class="quiet" dir="auto">
                {outcomeText(outcome)}
              </p>
              {outcome.kind === "invalid" && index < MAX_ASKED && (
                <Suggested code={code.code} onTake={(right) => onReplace(code.code, right)} />
              )}
            </div>
            {outcome.kind === "refused" && code.isbn !== undefined && (
              <RefusedActions isbn={code.isbn} id={outcome.attention.id} />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

const ICONS: Readonly<Record<Outcome["kind"], IconName>> = {
  added: "check",
  known: "library",
  waiting: "clock",
  invalid: "warning",
  refused: "warning",
  gone: "minus",
};

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "added":
      return t("outcomeAdded", { title: outcome.title });
    case "known":
      return t("outcomeKnown", { title: outcome.title });
    case "waiting":
      return t(online.value ? "lookingUp" : "waits");
    case "invalid":
      return t("wrongIsbn");
    case "gone":
      return t("outcomeGone");
    case "refused": {
      const { problem } = outcome.attention;
      return problem ? textOfProblem(problem) : t("refused");
    }
  }
}

function RefusedActions({ isbn, id }: { isbn: string; id: string }) {
  return (
    <div class="row">
      <ButtonLink
        icon="edit"
        href={`/add?hand=${isbn}`}
        onClick={() => void shelf.resolve(id, "theirs")}
      >
        {t("byHand")}
      </ButtonLink>
      <Button icon="refresh" onClick={() => void shelf.resolve(id, "mine")}>
        {t("again")}
      </Button>
    </div>
  );
}

/** The service's suggestions for a wrong ISBN. */
function Suggested({ code, onTake }: { code: string; onTake: (isbn: string) => void }) {
  const found = useSignal<readonly string[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    publicApi.catalogue.byIsbn(code, { signal: abort.signal }).catch((error: unknown) => {
      if (error instanceof InvalidRequestError) found.value = error.suggestions;
    });
    return () => abort.abort();
  }, [code]);
  if (found.value.length === 0) return null;
  return (
    <div class="row">
      <span>{t("didYouMean")}</span>
      {found.value.map((isbn) => (
        <Button key={isbn} icon="forward" onClick={() => onTake(isbn)}>
          {isbn}
        </Button>
      ))}
    </div>
  );
}
