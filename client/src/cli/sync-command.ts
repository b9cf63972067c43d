import { sleep } from "../backoff.ts";
import { BooksTrackError, ConnectionError } from "../errors.ts";
import type { FeedItem, FeedPage, SyncApi } from "../sync/types.ts";
import { ownAccount, type Context } from "./context.ts";
import { counted, cut, printable } from "./terminal.ts";

const TITLE_WIDTH = 60;
/** Polling interval of the feed without a stream, unless the service specifies one. */
const POLL_MS = 60_000;

/**
 * Shows the changes of the library, and the token with which the next call continues.
 * @param input.since such a token; without it, everything is shown
 * @param input.follows whether to show further changes until interrupted
 */
export async function showChanges(
  { since, follows }: { since: string | undefined; follows: boolean },
  context: Context,
): Promise<void> {
  const api = context.client.sync(ownAccount(context).userId);
  let page = await showToEnd(api, since, context);
  if (follows) {
    for (;;) {
      await untilNewer(api, page.seq, page.pollAfterMs ?? POLL_MS, context.signal);
      page = await showToEnd(api, page.next, context);
    }
  }
  const { next } = page;
  if (context.json) context.terminal.out(`${JSON.stringify({ next })}\n`);
  else context.terminal.err(`Continue with: bookstrack sync --since ${next}\n`);
}

/** @returns the last page */
async function showToEnd(
  api: SyncApi,
  since: string | undefined,
  { json, terminal, signal }: Context,
): Promise<FeedPage> {
  let token = since;
  for (;;) {
    const page = await api.changes({ ...(token === undefined ? {} : { since: token }), signal });
    for (const item of page.items) {
      terminal.out(json ? `${JSON.stringify(item)}\n` : `${described(item)}\n`);
    }
    if (!page.more) return page;
    token = page.next;
  }
}

/**
 * Waits for a newer number from the stream or, without a stream, for the interval that the service
 * requests.
 */
async function untilNewer(
  api: SyncApi,
  seq: number,
  pollMs: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const newest of api.listen({ signal })) if (newest > seq) return;
  } catch (error) {
    const isPassing =
      error instanceof ConnectionError || (error instanceof BooksTrackError && error.retryable);
    if (!isPassing) throw error;
    await sleep(pollMs, signal);
  }
}

function described(item: FeedItem): string {
  const { kind, id } = item;
  const name = `${kind.padEnd(8)}  ${printable(id)}`;
  if (item.value === undefined) return `${name}  removed`;
  switch (item.kind) {
    case "book":
      return `${name}  ${cut(printable(item.value.title), TITLE_WIDTH)}`;
    case "progress": {
      const { isbn, page, percent, minutes } = item.value;
      const reached =
        page === undefined
          ? percent === undefined
            ? counted(minutes ?? 0, "minute")
            : `${percent} %`
          : `page ${page}`;
      return `${name}  ${isbn}  ${reached}`;
    }
    case "goal": {
      const { year: _year, ...numbers } = item.value;
      const targets = Object.entries(numbers).map(([unit, number]) => `${number} ${unit}`);
      return `${name}  ${targets.join(", ")}`;
    }
    case "setting":
      return `${name}  ${printable(JSON.stringify(item.value))}`;
  }
}
