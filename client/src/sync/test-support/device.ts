import { createSyncEngine } from "../engine.ts";
import { isSame } from "../fields.ts";
import { memoryStore } from "../memory-store.ts";
import type { SyncEngine } from "../sync-engine.ts";
import { NotOnShelfError, type Attention, type Edit, type SyncApi } from "../types.ts";
import { Killed, KillableStore } from "./killable-store.ts";

/** A value that a user has set and the device has accepted. Each is unique in a run. */
export interface Accepted {
  isbn: string;
  field: string;
  value: unknown;
  /** The process was killed before it was known whether the device has stored the value. */
  isUncertain?: true;
}

interface DeviceOptions {
  name: string;
  api: SyncApi;
  /** The device's clock. */
  now: () => number;
}

/** A simulated user with a device, who looks at it and makes edits. */
export class Device {
  readonly name: string;
  readonly store = new KillableStore(memoryStore());
  accepted: Accepted[] = [];
  /** Values that the user has seen, by ISBN and field. */
  readonly seen = new Map<string, Set<string>>();
  /** Edits that the user has decided to drop. */
  readonly dropped: Attention[] = [];
  readonly #options: DeviceOptions;
  #keys = 0;

  constructor(options: DeviceOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** A tab of the device. All tabs share the store. */
  tab(): SyncEngine {
    const { api, now } = this.#options;
    return createSyncEngine({
      api,
      store: this.store,
      now,
      newKey: () => `${this.name}-${(this.#keys += 1)}`,
    });
  }

  /** Makes an edit after looking at the book. */
  async edit(edit: Edit): Promise<void> {
    const tab = this.tab();
    let isShown = false;
    if ("isbn" in edit && edit.isbn !== undefined) {
      const book = await tab.book(edit.isbn);
      isShown = book !== undefined;
      for (const [field, value] of Object.entries(book ?? {})) this.#see(edit.isbn, field, value);
    }
    const taken = edit.op === "change" ? (edit.removeTags ?? []) : [];
    this.accepted = this.accepted.filter(
      ({ field, value }) => field !== "tag" || !taken.includes(String(value)),
    );
    const key = await tab.edit(edit).catch((error: unknown) => {
      if (error instanceof Killed) {
        const maybe = acceptedOf(edit, "");
        this.accepted.push(...maybe.map((one) => ({ ...one, isUncertain: true as const })));
      }
      if (!(error instanceof NotOnShelfError)) throw error;
      return undefined;
    });
    this.accepted.push(...acceptedOf(edit, key));
    // The user has removed a book that was never sent, with all its values.
    if (edit.op === "delete" && key === undefined)
      this.accepted = this.accepted.filter(({ isbn }) => isbn !== edit.isbn || !isShown);
  }

  /** Makes all waiting decisions. */
  async decide(decision: "mine" | "theirs"): Promise<void> {
    const tab = this.tab();
    for (const attention of await tab.attention()) {
      for (const [field, value] of Object.entries(attention.theirs ?? {}))
        this.#see(attention.target, field, value);
      await tab.resolve(attention.id, decision);
      if (decision === "theirs" || attention.deleted) this.dropped.push(attention);
    }
  }

  /**
   * Lost values: the user set them last, but they are neither in the service nor in a waiting
   * decision, and the user has not dropped them.
   * @param written every value that the service has accepted
   */
  async lost(
    written: readonly { isbn: string; field: string; to: unknown }[],
  ): Promise<Accepted[][]> {
    const waiting = [...(await this.tab().attention()), ...this.dropped];
    /** The last value of each field, and values that may have replaced it. */
    const last = new Map<string, Accepted[]>();
    for (const accepted of this.accepted) {
      const isOneOfMany = ["tag", "reading", "progress"].includes(accepted.field);
      const name = `${accepted.isbn}/${accepted.field}/${isOneOfMany ? String(accepted.value) : ""}`;
      const before = accepted.isUncertain ? (last.get(name) ?? []) : [];
      last.set(name, [...before, accepted]);
    }
    const isKnown = (accepted: Accepted): boolean =>
      waiting.some((attention) => holds(attention, accepted)) ||
      written.some(
        ({ isbn, field, to }) =>
          isbn === accepted.isbn && field === accepted.field && isSame(to, accepted.value),
      );
    return [...last.values()].filter(
      (values) => values.some(({ isUncertain }) => !isUncertain) && !values.some(isKnown),
    );
  }

  hasSeen(isbn: string, field: string, value: unknown): boolean {
    return (
      value === null || (this.seen.get(`${isbn}/${field}`)?.has(JSON.stringify(value)) ?? false)
    );
  }

  #see(isbn: string, field: string, value: unknown): void {
    const name = `${isbn}/${field}`;
    const values = this.seen.get(name) ?? new Set();
    this.seen.set(name, values.add(JSON.stringify(value)));
  }
}

function acceptedOf(edit: Edit, key: string | undefined): Accepted[] {
  if (key === undefined) return [];
  if (edit.op === "goal")
    return [{ isbn: `goal/${edit.year}`, field: "goal", value: edit.body?.books ?? null }];
  if (edit.op === "progress")
    return [{ isbn: edit.isbn, field: "progress", value: edit.body.page }];
  if (edit.op === "add") {
    const { title: _title, authors: _authors, tags = [], ...fields } = edit.body ?? {};
    const isbn = edit.isbn ?? `local-of-${String(edit.body?.title)}`;
    return [
      ...Object.entries(fields).map(([field, value]) => ({ isbn, field, value })),
      ...tags.map((value) => ({ isbn, field: "tag", value })),
    ];
  }
  if (edit.op !== "change") return [];
  const { isbn } = edit;
  return [
    ...Object.entries(edit.set ?? {}).map(([field, value]) => ({ isbn, field, value })),
    ...(edit.addTags ?? []).map((value) => ({ isbn, field: "tag", value })),
    ...(edit.addReadings ?? []).map(({ id }) => ({ isbn, field: "reading", value: id })),
  ];
}

function holds({ edit }: Attention, { field, value }: Accepted): boolean {
  if (edit.op === "progress") return field === "progress" && edit.body.page === value;
  if (edit.op === "goal") return field === "goal" && isSame(edit.body?.books, value);
  if (edit.op !== "change") return false;
  if (field === "tag") return edit.addTags?.includes(String(value)) ?? false;
  if (field === "reading") return edit.addReadings?.some(({ id }) => id === value) ?? false;
  return isSame((edit.set as Record<string, unknown> | undefined)?.[field], value);
}
