import { signal } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { locale } from "../i18n/locale.ts";
import { textsLoaded } from "../i18n/texts.ts";
import { noteMissingChunk } from "../state/update.ts";

/**
 * A part of a page in a separate chunk, loaded when it is first shown.
 * @param meanwhile placeholder until then
 */
export function later<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  meanwhile: () => ComponentChildren = () => null,
): ComponentType<Props> {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  let loading: Promise<void> | undefined;
  const start = async (): Promise<void> => {
    try {
      const module = await load();
      await textsLoaded(locale.value);
      loaded.value = module.default;
    } catch {
      // The shell shows a notice; the next rendering tries again.
      noteMissingChunk();
      loading = undefined;
    }
  };
  return (props) => {
    const Loaded = loaded.value;
    if (Loaded) return <Loaded {...props} />;
    loading ??= start();
    return meanwhile();
  };
}
