import { expect, it } from "vitest";
import { readQueueName } from "./queues.ts";

it.each([
  ["bookstrack-refresh", "refresh", false],
  ["bookstrack-imports-staging", "imports", false],
  ["bookstrack-imports-dead", "imports", true],
  ["bookstrack-refresh-dead-production", "refresh", true],
])("reads %s", (name, queue, isDead) => {
  expect(readQueueName(name)).toEqual({ queue, isDead });
});

it.each([
  "",
  "refresh",
  "bookstrack-other",
  "bookstrack-refresh-dead-dead",
  "x-bookstrack-refresh",
])("rejects the queue %j", (name) => {
  expect(() => readQueueName(name)).toThrow("no consumer");
});
