import { describe, expect, it } from "vitest";
import { memoryLog } from "../support/fakes.ts";
import {
  consumeRefreshes,
  recordRequests,
  refreshRequests,
  type RefreshMessage,
} from "../../src/catalogue/queue/refresh-consumer.ts";

describe("refreshRequests", () => {
  it("enqueues the book to refresh", async () => {
    const sent: unknown[] = [];
    const send = async (message: RefreshMessage) => {
      sent.push(message);
      return { metadata: { metrics: { backlogCount: 1, backlogBytes: 1 } } };
    };
    await refreshRequests({ send }, memoryLog())("9780441172719");
    expect(sent).toEqual([{ isbn13: "9780441172719" }]);
  });

  it("enqueues the records of a book for later", async () => {
    const sent: unknown[] = [];
    const send = async (...message: unknown[]) => {
      sent.push(message);
      return { metadata: { metrics: { backlogCount: 1, backlogBytes: 1 } } };
    };
    await recordRequests({ send }, memoryLog())("9780441172719");
    expect(sent).toEqual([[{ isbn13: "9780441172719", records: true }, { delaySeconds: 20 }]]);
  });

  it("does not throw if the queue fails, because the response has been sent", async () => {
    const log = memoryLog();
    const send = async (): Promise<never> => {
      throw new Error("the queue is unavailable");
    };
    await refreshRequests({ send }, log)("9780441172719");
    expect(log.events).toEqual(["refresh_not_sent"]);
  });
});

describe("consumeRefreshes", () => {
  it("acknowledges and retries each message separately", async () => {
    const outcomes: string[] = [];
    const message = (isbn13: string) => ({
      body: { isbn13 },
      attempts: 1,
      ack: () => void outcomes.push(`${isbn13} done`),
      retry: () => void outcomes.push(`${isbn13} again`),
    });
    const messages = ["1", "2", "3"].map(message);
    const log = memoryLog();
    await consumeRefreshes({ messages } as unknown as MessageBatch<RefreshMessage>, {
      refreshBook: async (isbn13) => {
        if (isbn13 === "2") throw new Error("the Durable Object was restarted");
        return { kind: "unavailable", providers: {}, retryAfterSeconds: 5 };
      },
      completeBook: async () => "done",
      log,
    });
    expect(outcomes.toSorted()).toEqual(["1 done", "2 again", "3 done"]);
    expect(log.events).toEqual(["refresh_failed"]);
  });

  it("requests the records of a book again after a minute, at most three times", async () => {
    const outcomes: string[] = [];
    const message = (isbn13: string, attempts: number) => ({
      body: { isbn13, records: true as const },
      attempts,
      ack: () => void outcomes.push(`${isbn13} done`),
      retry: (options: { delaySeconds: number }) =>
        void outcomes.push(`${isbn13} in ${options.delaySeconds} s`),
    });
    const messages = [message("1", 1), message("2", 2), message("3", 3)];
    await consumeRefreshes({ messages } as unknown as MessageBatch<RefreshMessage>, {
      refreshBook: async () => {
        throw new Error("A request for records must not refresh the book.");
      },
      completeBook: async (isbn13) => (isbn13 === "1" ? "done" : "later"),
      log: memoryLog(),
    });
    expect(outcomes.toSorted()).toEqual(["1 done", "2 in 60 s", "3 done"]);
  });
});
