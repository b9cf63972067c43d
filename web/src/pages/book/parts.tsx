/** Common parts of a book's sections. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useId, useRef } from "preact/hooks";
import type { Edit } from "../../state/library.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/states.tsx";
import { uiText } from "../../ui/text.ts";

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class="book-section" aria-labelledby={id} tabIndex={-1}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** A section that is initially closed. @param props.value a short summary of its content */
export function Disclosure({
  title,
  value,
  isOpen = false,
  onOpen,
  children,
}: {
  title: string;
  value?: string | undefined;
  isOpen?: boolean;
  onOpen?: () => void;
  children: ComponentChildren;
}) {
  // Only the initial state; afterwards the browser controls it.
  const first = useRef(isOpen);
  return (
    <details
      class="book-disclosure"
      open={first.current}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open) onOpen?.();
      }}
    >
      <summary>
        <h2>{title}</h2>
        {value && (
          <span class="quiet" dir="auto">
            {value}
          </span>
        )}
      </summary>
      <div class="stack" tabIndex={-1}>
        {children}
      </div>
    </details>
  );
}

export interface Edits {
  /** Makes edits. @returns whether they are stored */
  save(...edits: Edit[]): Promise<boolean>;
  /**
   * Runs work that creates an entry, once, so that a double click does not create two.
   * @returns undefined while the work is already running
   */
  once<Result>(work: () => Promise<Result>): Promise<Result | undefined>;
  /** Runs any other write and shows its failure. */
  run(work: () => Promise<void>): Promise<boolean>;
  /** Announces what was done, with an undo button. */
  offerUndo(text: string, undo: () => Promise<unknown>): void;
  /** Failure and undo, to be shown in the section. */
  readonly result: JSX.Element;
}

/** Edits of a section, with their results. */
export function useEdits(): Edits {
  const failure = useSignal<unknown>(undefined);
  const isMaking = useRef(false);
  const undo = useSignal<{ text: string; run: () => Promise<unknown> } | undefined>(undefined);
  const run = async (work: () => Promise<void>): Promise<boolean> => {
    undo.value = undefined;
    try {
      await work();
      failure.value = undefined;
      return true;
    } catch (error) {
      failure.value = error;
      return false;
    }
  };
  return {
    run,
    async once(work) {
      if (isMaking.current) return undefined;
      isMaking.current = true;
      try {
        return await work();
      } finally {
        isMaking.current = false;
      }
    },
    save: (...edits) => run(() => shelf.edit(...edits)),
    offerUndo(text, back) {
      undo.value = { text, run: back };
      announce(text);
    },
    result: (
      <>
        {failure.value !== undefined && <ErrorState error={failure.value} />}
        {undo.value && (
          <p class="notice">
            <span class="grow" dir="auto">
              {undo.value.text}
            </span>
            <Button
              icon="undo"
              onClick={({ currentTarget }) => {
                const around = currentTarget.closest<HTMLElement>("[tabindex='-1']");
                const back = undo.value;
                undo.value = undefined;
                void back?.run();
                around?.focus();
              }}
            >
              {uiText("undo")}
            </Button>
          </p>
        )}
      </>
    ),
  };
}
