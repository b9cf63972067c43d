/**
 * A long text that is saved while it is typed, and never overwrites a text that the user has not
 * seen.
 */
import { signal, type ReadonlySignal } from "@preact/signals";

/**
 * `differs`: another device has changed the text meanwhile; see `theirs`. `failed`: the device
 * could not store it; see `error`.
 */
export type DraftState = "clean" | "typing" | "saved" | "failed" | "differs";

export interface DraftDeps {
  /** Stores the text on the shelf. */
  write(text: string): Promise<void>;
  /** Stores a copy of the unsaved text beyond this page; undefined removes it. */
  keep(text: string | undefined): void;
  /** The copy from an earlier visit. */
  kept(): string | undefined;
  /** Calls `work` after the user has stopped typing. Replaces an earlier call. */
  later(work: () => void): void;
}

export interface Draft {
  readonly text: ReadonlySignal<string>;
  readonly state: ReadonlySignal<DraftState>;
  readonly error: ReadonlySignal<unknown>;
  readonly theirs: ReadonlySignal<string>;
  input(text: string): void;
  /** Called with the shelf's text whenever it may have changed. */
  follow(shown: string): void;
  /** Saves the typed text now, for example when the page closes. */
  save(): Promise<void>;
  /** Decides between the two texts of `differs`. */
  decide(decision: "mine" | "theirs"): Promise<void>;
}

export function createDraft(shown: string, { write, keep, kept, later }: DraftDeps): Draft {
  const text = signal(shown);
  const state = signal<DraftState>("clean");
  const error = signal<unknown>(undefined);
  const theirs = signal(shown);
  /** The shelf's text when the user began to type, or the text saved since. */
  let base = shown;
  let sent: string | undefined;
  let saving: Promise<void> | undefined;

  const isDirty = (): boolean => state.value === "typing" || state.value === "failed";

  const input = (typed: string): void => {
    text.value = typed;
    keep(typed);
    if (state.value === "differs") return;
    state.value = "typing";
    later(() => void save());
  };

  /** Saves run one after another; text typed meanwhile is saved next. */
  const save = (): Promise<void> => {
    if (saving) return saving.then(save);
    if (!isDirty()) return Promise.resolve();
    sent = text.value;
    saving = store(sent).finally(() => {
      saving = undefined;
      sent = undefined;
    });
    return saving;
  };

  const store = async (typed: string): Promise<void> => {
    try {
      await write(typed);
      base = typed;
      error.value = undefined;
      if (text.value !== typed) return;
      state.value = "saved";
      keep(undefined);
    } catch (failure) {
      error.value = failure;
      state.value = "failed";
    }
  };

  const earlier = kept();
  if (earlier !== undefined && earlier !== shown) input(earlier);
  else keep(undefined);

  return {
    text,
    state,
    error,
    theirs,
    input,
    save,
    follow(now) {
      theirs.value = now;
      if (now === base || now === sent) return;
      if (now === text.value || state.value === "clean" || state.value === "saved") {
        base = now;
        text.value = now;
        if (state.value === "differs") state.value = "saved";
        if (!isDirty()) keep(undefined);
        return;
      }
      state.value = "differs";
    },
    async decide(decision) {
      base = theirs.value;
      if (decision === "theirs") {
        text.value = theirs.value;
        state.value = "clean";
        keep(undefined);
        return;
      }
      state.value = "typing";
      await save();
    },
  };
}
