/** The operator's tokens. They are in sessionStorage: closing the tab forgets them, and no other tab has them. */
import { signal } from "@preact/signals";
import { AccessError, createOperator, type Operator } from "../../../../client/src/index.ts";

const KEYS = { admin: "bookstrack.admin", metrics: "bookstrack.metrics" } as const;
type Which = keyof typeof KEYS;

const tokens = { admin: signal(read("admin")), metrics: signal(read("metrics")) };

/** Why the operator has to sign in again; undefined if nobody was refused. */
export const refused = signal<AccessError | undefined>(undefined);

export const hasToken = (which: Which): boolean => tokens[which].value !== undefined;

export function setToken(which: Which, token: string | undefined): void {
  tokens[which].value = token;
  try {
    if (token === undefined) sessionStorage.removeItem(KEYS[which]);
    else sessionStorage.setItem(KEYS[which], token);
  } catch {
    // The token is then in memory alone.
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
    // The page counts a wait down itself, so that a press of a button is one request.
    retries: { attempts: 1 },
    ...(token === undefined ? {} : { token }),
  });

/** Asks as the operator. A token that is refused is forgotten. */
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

/** Reads the metrics with the scraper's token, or without one where they are open. */
export const readMetrics = (): Promise<string> => operatorWith(tokens.metrics.peek()).metrics();
