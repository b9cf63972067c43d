import { describe, expect, it } from "vitest";
import { createDraft } from "./draft.ts";

/** A shelf with one text, and a simulated user typing. */
function world(shown = "", kept?: string) {
  const copy = { text: kept };
  const shelf = { text: shown, failure: undefined as Error | undefined, writes: [] as string[] };
  let waiting: (() => void) | undefined;
  const draft = createDraft(shown, {
    async write(text) {
      await Promise.resolve();
      if (shelf.failure !== undefined) throw shelf.failure;
      shelf.text = text;
      shelf.writes.push(text);
      draft.follow(text);
    },
    keep: (text) => (copy.text = text),
    kept: () => copy.text,
    later: (work) => (waiting = work),
  });
  return { draft, shelf, copy, pause: () => waiting?.() };
}

describe("an auto-saved text", () => {
  it("is stored when the user pauses, and shows that it is", async () => {
    const { draft, shelf, copy, pause } = world();
    draft.input("Go");
    draft.input("Good");
    expect([draft.state.value, copy.text, shelf.writes]).toEqual(["typing", "Good", []]);
    pause();
    await draft.save();
    expect([draft.state.value, copy.text, shelf.writes]).toEqual(["saved", undefined, ["Good"]]);
  });

  it("stores input made while storing afterwards, one write at a time", async () => {
    const { draft, shelf } = world();
    draft.input("one");
    const first = draft.save();
    draft.input("one two");
    await Promise.all([first, draft.save()]);
    expect([draft.state.value, draft.text.value, shelf.writes]).toEqual([
      "saved",
      "one two",
      ["one", "one two"],
    ]);
  });

  it("keeps a copy of text that could not be stored, and stores it at the next attempt", async () => {
    const { draft, shelf, copy } = world();
    shelf.failure = new Error("full");
    draft.input("Precious");
    await draft.save();
    expect([draft.state.value, draft.error.value, copy.text]).toEqual([
      "failed",
      shelf.failure,
      "Precious",
    ]);
    shelf.failure = undefined;
    await draft.save();
    expect([draft.state.value, shelf.text, copy.text]).toEqual(["saved", "Precious", undefined]);
  });

  it("restores text that an earlier page could not store", async () => {
    const { draft, shelf } = world("old", "typed before the crash");
    expect([draft.text.value, draft.state.value]).toEqual(["typed before the crash", "typing"]);
    await draft.save();
    expect(shelf.text).toBe("typed before the crash");
    expect(world("same", "same").copy.text).toBeUndefined();
  });
});

describe("a text that another device changes", () => {
  it("is updated while the user does not type", () => {
    const { draft } = world("old");
    draft.follow("new");
    expect([draft.text.value, draft.state.value]).toEqual(["new", "clean"]);
  });

  it("shows both versions while the user types, and overwrites neither", async () => {
    const { draft, shelf } = world("old");
    draft.input("mine");
    draft.follow("theirs");
    await draft.save();
    expect([draft.state.value, draft.text.value, draft.theirs.value, shelf.writes]).toEqual([
      "differs",
      "mine",
      "theirs",
      [],
    ]);
    draft.input("mine, longer");
    await draft.decide("mine");
    expect([draft.state.value, shelf.text]).toEqual(["saved", "mine, longer"]);
  });

  it("can replace the user's text", async () => {
    const { draft, shelf, copy } = world("old");
    draft.input("mine");
    draft.follow("theirs");
    await draft.decide("theirs");
    expect([draft.text.value, draft.state.value, shelf.writes, copy.text]).toEqual([
      "theirs",
      "clean",
      [],
      undefined,
    ]);
  });

  it("is resolved when both versions are equal in the end", () => {
    const { draft } = world("old");
    draft.input("mine");
    draft.follow("theirs");
    draft.follow("mine");
    expect(draft.state.value).toBe("saved");
  });
});
