import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { online } from "../../../state/connection.ts";
import { ErrorState, LoadingState, OfflineState } from "../../../ui/states.tsx";
import type { Loaded } from "../loaded.ts";

/** A group of settings under its heading. */
export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class="settings-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <div class="card stack">{children}</div>
    </section>
  );
}

/** The states of loaded data. @param props.children renders the value */
export function WhenLoaded<Value>({
  loaded,
  children,
}: {
  loaded: Loaded<Value>;
  children: (value: Value) => ComponentChildren;
}) {
  const value = loaded.value.value;
  if (value !== undefined) return <>{children(value)}</>;
  if (!online.value) return <OfflineState />;
  const error = loaded.error.value;
  if (error !== undefined) return <ErrorState error={error} onRetry={() => void loaded.load()} />;
  return <LoadingState />;
}
