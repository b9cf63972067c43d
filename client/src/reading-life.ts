import type {
  AddProgressRequest,
  ChangeProgressRequest,
  Goal,
  GoalRequest,
  LibraryBook,
  ReadingProgress,
} from "./schema.ts";
import type { RequestOptions, Transport } from "./transport.ts";

interface Call {
  signal?: AbortSignal | undefined;
}

interface Recorded {
  progress: ReadingProgress;
  book: LibraryBook;
}

/** Progress in books, and goals. */
export interface ReadingLife {
  /** Records the user's progress in a book: exactly one of page, percent and minutes. */
  addProgress(
    isbn: string,
    progress: AddProgressRequest,
    call?: { idempotencyKey?: string } & Call,
  ): Promise<Recorded>;
  /** The progress in a book, newest first, fetched page by page. */
  progress(isbn: string, call?: Call): AsyncGenerator<ReadingProgress>;
  changeProgress(
    isbn: string,
    id: string,
    change: ChangeProgressRequest,
    call?: Call,
  ): Promise<Recorded>;
  removeProgress(isbn: string, id: string, call?: Call): Promise<void>;
  goals(call?: Call): Promise<Goal[]>;
  /** @throws NotFoundError if there is no goal for the year */
  goal(year: number, call?: Call): Promise<Goal>;
  setGoal(year: number, goal: GoalRequest, call?: Call): Promise<Goal>;
  removeGoal(year: number, call?: Call): Promise<void>;
}

/** @param root path of the user's library */
export function readingLifeOver(
  transport: Transport,
  root: string,
  newKey: () => string,
): ReadingLife {
  const progressPath = (isbn: string): string =>
    `${root}/books/${encodeURIComponent(isbn)}/progress`;
  const onePath = (isbn: string, id: string): string =>
    `${progressPath(isbn)}/${encodeURIComponent(id)}`;

  async function data<T>(path: string, request: RequestOptions): Promise<T> {
    return (await transport.json<{ data: T }>(path, request)).data;
  }

  async function remove(path: string, { signal }: Call = {}): Promise<void> {
    await transport.send(path, { method: "DELETE", signal }, () => Promise.resolve());
  }

  return {
    addProgress: (isbn, progress, { idempotencyKey = newKey(), signal } = {}) =>
      data(progressPath(isbn), {
        method: "POST",
        headers: { "Idempotency-Key": idempotencyKey },
        json: progress,
        signal,
      }),
    async *progress(isbn, { signal } = {}) {
      let cursor: string | undefined;
      do {
        const found: { items: ReadingProgress[]; nextCursor?: string } = await data(
          progressPath(isbn),
          { query: { cursor }, signal },
        );
        yield* found.items;
        cursor = found.nextCursor;
      } while (cursor !== undefined);
    },
    changeProgress: (isbn, id, change, { signal } = {}) =>
      data(onePath(isbn, id), { method: "PATCH", json: change, signal }),
    removeProgress: (isbn, id, call) => remove(onePath(isbn, id), call),
    async goals({ signal } = {}) {
      return (await data<{ items: Goal[] }>(`${root}/goals`, { signal })).items;
    },
    async goal(year, { signal } = {}) {
      return (await data<{ goal: Goal }>(`${root}/goals/${year}`, { signal })).goal;
    },
    async setGoal(year, goal, { signal } = {}) {
      const request = { method: "PUT", json: goal, signal } as const;
      return (await data<{ goal: Goal }>(`${root}/goals/${year}`, request)).goal;
    },
    removeGoal: (year, call) => remove(`${root}/goals/${year}`, call),
  };
}
