import { useSignal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Button } from "../../ui/button.tsx";
import { announce } from "../../ui/announce.tsx";
import { LoadingState } from "../../ui/states.tsx";
import { Failure } from "./failure.tsx";
import { text as t } from "./text.ts";

export interface Asked<T> {
  readonly value: Signal<T | undefined>;
  readonly error: Signal<unknown>;
  reload(): Promise<void>;
  /** Performs an action, announces it, and reloads. A failure is shown above the data. */
  act(work: () => Promise<unknown>, done?: string): Promise<void>;
  readonly isBusy: Signal<boolean>;
}

/** Data that a part of the page requests when it is shown. */
export function useAsked<T>(ask: () => Promise<T>): Asked<T> {
  const value = useSignal<T | undefined>(undefined);
  const error = useSignal<unknown>(undefined);
  const isBusy = useSignal(false);
  const reload = async (): Promise<void> => {
    try {
      value.value = await ask();
      error.value = undefined;
    } catch (failure) {
      error.value = failure;
    }
  };
  const act = async (work: () => Promise<unknown>, done = t("done")): Promise<void> => {
    isBusy.value = true;
    try {
      await work();
      announce(done);
      await reload();
    } catch (failure) {
      error.value = failure;
    } finally {
      isBusy.value = false;
    }
  };
  useEffect(() => void reload(), []);
  return { value, error, isBusy, reload, act };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** A list that is loaded page by page. */
export function usePages<T>(
  ask: (cursor: { cursor?: string }) => Promise<Page<T>>,
): Asked<Page<T>> & { more(): Promise<void> } {
  const asked = useAsked(() => ask({}));
  return {
    ...asked,
    async more() {
      const before = asked.value.peek();
      if (before?.nextCursor === undefined) return;
      try {
        const { items, ...rest } = await ask({ cursor: before.nextCursor });
        asked.value.value = { ...rest, items: [...before.items, ...items] };
      } catch (failure) {
        asked.error.value = failure;
      }
    },
  };
}

/** The button for the next page, if there is one. */
export const More = <T,>({
  value,
  more,
}: {
  value: Signal<Page<T> | undefined>;
  more(): Promise<void>;
}) =>
  value.value?.nextCursor === undefined ? null : (
    <div>
      <Button onClick={() => void more()}>{t("more")}</Button>
    </div>
  );

/** Shows the requested data, or why it could not be loaded. */
export function Shown<T>({
  asked: { value, error, reload },
  children,
}: {
  asked: Asked<T>;
  children: (value: T) => ComponentChildren;
}) {
  return (
    <div class="stack">
      {error.value !== undefined && <Failure error={error.value} onRetry={() => void reload()} />}
      {value.value !== undefined
        ? children(value.value)
        : error.value === undefined && <LoadingState />}
    </div>
  );
}

/** A table of facts. */
export const Facts = ({
  title,
  rows,
}: {
  title: string;
  rows: readonly (readonly [string, ComponentChildren])[];
}) => (
  <table class="numbers">
    <caption class="visually-hidden">{title}</caption>
    <tbody>
      {rows.map(([name, value]) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td>{value}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
