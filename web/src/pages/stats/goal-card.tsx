import { useSignal } from "@preact/signals";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import type { LibraryStats } from "../../../../client/src/index.ts";
import { formatNumber, formatPercent } from "../../i18n/format.ts";
import { textOfError } from "../../state/problem-texts.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorSummary, TextField } from "../../ui/fields.tsx";
import {
  GOAL_PARTS,
  goalLines,
  goalOf,
  MAX_TARGETS,
  type GoalFault,
  type GoalLine,
  type GoalPart,
  type GoalTexts,
  type Targets,
} from "./goal.ts";
import { text as t } from "./text.ts";

/** The goal of a year: the progress towards it, and the form that sets, changes and removes it. */
export function GoalCard({
  year,
  stats,
  targets,
  today,
}: {
  year: number;
  stats: LibraryStats | undefined;
  targets: Targets | undefined;
  today: string;
}) {
  const isEditing = useSignal(false);
  const button = useRef<HTMLDivElement>(null);
  const failure = useSignal<unknown>(undefined);
  const closings = useSignal(0);
  const close = (): void => {
    isEditing.value = false;
    closings.value += 1;
  };
  useLayoutEffect(() => {
    if (closings.value > 0) button.current?.querySelector("button")?.focus();
  }, [closings.value]);
  const save = async (next: Targets | null): Promise<void> => {
    try {
      failure.value = undefined;
      await shelf.edit({ op: "goal", year, body: next });
      announce(next ? t("goalSaved") : t("goalRemoved"));
      close();
    } catch (error) {
      failure.value = error;
    }
  };
  return (
    <section class="card stack stats-goal" aria-labelledby="goal-title">
      <h2 id="goal-title">{t("goalOfYear", { year: String(year) })}</h2>
      {failure.value !== undefined && (
        <p class="notice notice-error" role="alert">
          {textOfError(failure.value)}
        </p>
      )}
      {isEditing.value ? (
        <GoalForm targets={targets ?? {}} onSave={(next) => void save(next)} onCancel={close} />
      ) : (
        <>
          {targets ? (
            <ul role="list" class="stack">
              {goalLines(year, { stats, targets, today }).map((line) => (
                <Line key={line.part} {...line} />
              ))}
            </ul>
          ) : (
            <p class="quiet">{t("noGoal")}</p>
          )}
          <div class="row" ref={button}>
            <Button icon={targets ? "edit" : "goal"} onClick={() => (isEditing.value = true)}>
              {targets ? t("changeGoal") : t("setGoal")}
            </Button>
            {targets && (
              <Button look="quiet" icon="trash" onClick={() => void save(null)}>
                {t("removeGoal")}
              </Button>
            )}
          </div>
        </>
      )}
    </section>
  );
}

function Line({ part, target, done, expected, ahead }: GoalLine) {
  const id = useId();
  const pace =
    done >= target
      ? t("reached")
      : ahead === undefined
        ? undefined
        : ahead >= 0
          ? t("ahead", { count: ahead, expected: formatNumber(expected) })
          : t("behind", { count: -ahead, expected: formatNumber(expected) });
  return (
    <li class="stats-goal-line">
      <p id={id}>
        <strong class="number stats-big">{formatNumber(done)}</strong>{" "}
        {t(`${part}Of`, { count: target })}
        <span class="quiet number"> · {formatPercent(done / target)}</span>
      </p>
      <progress class="progress" aria-labelledby={id} max={target} value={Math.min(done, target)} />
      {pace !== undefined && <p class="quiet number">{pace}</p>}
    </li>
  );
}

function GoalForm({
  targets,
  onSave,
  onCancel,
}: {
  targets: Targets;
  onSave: (targets: Targets) => void;
  onCancel: () => void;
}) {
  const id = useId();
  const typed = useSignal<GoalTexts>({
    books: String(targets.books ?? ""),
    pages: String(targets.pages ?? ""),
    minutes: String(targets.minutes ?? ""),
  });
  const faults = useSignal<Partial<Record<GoalPart, GoalFault>>>({});
  const textOf = (part: GoalPart): string | undefined => {
    const fault = faults.value[part];
    return fault && t(fault, { most: formatNumber(MAX_TARGETS[part]) });
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const read = goalOf(typed.value);
    if ("targets" in read) onSave(read.targets);
    else faults.value = read.faults;
  };
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <ErrorSummary
        errors={GOAL_PARTS.flatMap((part) => {
          const text = textOf(part);
          return text === undefined ? [] : [{ field: `${id}-${part}`, text }];
        })}
      />
      <div class="stats-fields">
        {GOAL_PARTS.map((part, index) => (
          <TextField
            key={part}
            id={`${id}-${part}`}
            label={t(`${part}Target`)}
            inputMode="numeric"
            value={typed.value[part]}
            error={textOf(part)}
            // The form is opened explicitly, so its first field gets the focus.
            inputRef={index === 0 ? focusOnce : null}
            onInput={({ currentTarget }) =>
              (typed.value = { ...typed.value, [part]: currentTarget.value })
            }
          />
        ))}
      </div>
      <div class="row">
        <Button look="primary" type="submit">
          {t("save")}
        </Button>
        <Button look="quiet" onClick={onCancel}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}

const focusOnce = (input: HTMLInputElement | null): void => input?.focus();
