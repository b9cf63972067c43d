/** Scans with an unknown book, with the values chosen for them. They survive the page. */
import { choicesOf, type Choices } from "./choices.ts";

export interface WaitingScan {
  readonly text: string;
  readonly choices: Choices;
}

/** Parses the stored scans, which may be damaged. */
export function waitingScansOf(stored: unknown): WaitingScan[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((scan: unknown) => {
    const { text, choices } = (scan ?? {}) as Record<string, unknown>;
    return typeof text === "string" ? [{ text, choices: choicesOf(choices) }] : [];
  });
}
