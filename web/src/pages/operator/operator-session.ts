/**
 * The operator's tokens, in sessionStorage: they are forgotten when the tab is closed, and not
 * shared with other tabs.
 */
import { signal } from "@preact/signals";
import { AccessError, createOperator, type Operator } from "../../../../client/src/index.ts";

const KEYS = { admin: "bookstrack.admin", metrics: "bookstrack.metrics" } as const;
type Which = keyof typeof KEYS;

const tokens = { admin: signal(read("admin")), metrics: signal(read("metrics")) };

/** Why the operator has to sign in again, if so. */
export const refused = signal<AccessError | undefined>(undefined);

export const hasToken = (which: Which): boolean => tokens[which].value !== undefined;

export function setToken(which: Which, token: string | undefined): void {
  tokens[which].value = token;
  try {
    if (token === undefined) sessionStorage.removeItem(KEYS[which]);
    else sessionStorage.setItem(KEYS[which], token);
  } catch {
    // Then the token is only in memory.
  }
}

function read(which: Which): string | undefined {
  try {
    return sessionStorage.getItem(KEYS[which]) ?? undefined;
  } catch {
    return undefined;
  }
}

export const operatorWith = (token: string | undefined): Operator =>
  createOperator({
    baseUrl: location.origin,
    // No retries, because the page shows a countdown and each press is one request.
    retries: { attempts: 1 },
    ...(token === undefined ? {} : { token }),
  });

/** Sends a request as the operator. A refused token is forgotten. */
export async function asOperator<T>(ask: (operator: Operator) => Promise<T>): Promise<T> {
  try {
    return await ask(operatorWith(tokens.admin.peek()));
  } catch (error) {
    if (error instanceof AccessError) {
      refused.value = error;
      setToken("admin", undefined);
    }
    throw error;
  }
}

/** Reads the metrics with the scraper's token, or without one if they are open. */
export const readMetrics = (): Promise<string> => operatorWith(tokens.metrics.peek()).metrics();
