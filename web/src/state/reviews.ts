/** Decisions of this page about waiting rows, sent to the service. */
import { effect, untracked } from "@preact/signals";
import { session, withApi } from "./api.ts";
import { createReviewOutbox } from "./review-outbox.ts";
import { HELD_REVIEWS } from "./running-import.ts";
import { shelf } from "./shelf.ts";
import { readStored, removeStored, writeStored } from "./stored.ts";

interface Stored {
  readonly userId: string;
  readonly held: unknown;
}

const owner = (): string | undefined => session.account.peek()?.userId;

export const reviews = createReviewOutbox({
  send: ({ id, decision, key }) =>
    withApi(async (_api, library) => {
      if (decision.kind === "dismiss") await library.dismiss(id);
      else {
        const answer = decision.kind === "keep" ? { keep: true as const } : { isbn: decision.isbn };
        await library.resolve(id, answer, { idempotencyKey: key });
      }
    }),
  onSent: () => void shelf.sync().catch(() => undefined),
  read() {
    const stored = readStored(HELD_REVIEWS) as Stored | undefined;
    // Ignores decisions of another account on this device.
    return stored?.userId === owner() ? stored?.held : undefined;
  },
  write(held) {
    if (held.length === 0) removeStored(HELD_REVIEWS);
    else writeStored(HELD_REVIEWS, { userId: owner(), held });
  },
  now: Date.now,
});

// Sends decisions of the last visit, and those that waited for the user to sign in.
effect(() => {
  if (session.account.value !== undefined) untracked(() => void reviews.flush());
});
addEventListener("pagehide", () => void reviews.flush());
