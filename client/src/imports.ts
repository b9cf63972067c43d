import { ConnectionError, retryAfterMsOf } from "./errors.ts";
import { readEvents } from "./event-stream.ts";
import { followImport, tellsState, type Progress } from "./progress.ts";
import type { ImportAccepted, ImportOptions, ImportRow, ImportSnapshot } from "./schema.ts";
import { jsonOf, type Transport } from "./transport.ts";

/** The plan's fallback asks every ten seconds; the service may ask for less. */
const POLL_MS = 10_000;

/** A file to import. On Node, `openAsBlob` gives one without reading the file. */
export type ImportFile = Blob | string;

export interface StartOptions extends Partial<ImportOptions> {
  /** Name of the file, for the service's logs of what it is given. */
  name?: string;
  /** Made when it is absent. Keep it to be able to send the file again without importing it twice. */
  idempotencyKey?: string;
  signal?: AbortSignal | undefined;
}

interface Call {
  signal?: AbortSignal | undefined;
}

export type RowFilter = NonNullable<ImportRow["outcome"]>;
export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

/** Imports of files: the plan's SSE client and polling client in one. */
export interface Imports {
  /** Hands over a file; the job goes on whatever becomes of this client. */
  start(file: ImportFile, options?: StartOptions): Promise<ImportAccepted>;
  /** Hands over a file and follows its import to the end. */
  importFile(file: ImportFile, options?: StartOptions): AsyncGenerator<Progress>;
  /**
   * Follows an import to its end, from wherever it is.
   * @param isAccepted whether `start` gave this job: then a service that stays away is waited for some minutes
   */
  watch(jobId: string, call?: { isAccepted?: boolean } & Call): AsyncGenerator<Progress>;
  get(jobId: string, call?: Call): Promise<ImportSnapshot>;
  list(query?: { limit?: number; cursor?: string } & Call): Promise<Page<ImportSnapshot>>;
  /** Rows of an import, page by page. */
  rows(jobId: string, query?: { outcome?: RowFilter } & Call): AsyncGenerator<ImportRow>;
  /** The rows in need of a hand, as a CSV. */
  failedCsv(jobId: string, call?: Call): Promise<string>;
  commit(jobId: string, call?: Call): Promise<ImportSnapshot>;
  cancel(jobId: string, call?: Call): Promise<ImportSnapshot>;
  retry(jobId: string, call?: Call): Promise<ImportSnapshot>;
  undo(jobId: string, call?: Call): Promise<ImportSnapshot>;
}

export function importsOver(transport: Transport, newKey: () => string): Imports {
  const { retries, silenceMs, uploadTimeoutMs, random, sleep } = transport.options;
  const pathOf = (jobId: string, part = ""): string =>
    `/api/v2/imports/${encodeURIComponent(jobId)}${part}`;

  async function start(file: ImportFile, options: StartOptions = {}): Promise<ImportAccepted> {
    const { name = "library.csv", idempotencyKey = newKey(), signal, ...wishes } = options;
    const form = new FormData();
    form.set("options", JSON.stringify(wishes));
    form.set(
      "file",
      typeof file === "string" ? new Blob([file], { type: "text/csv" }) : file,
      name,
    );
    return transport.json<ImportAccepted>("/api/v2/imports", {
      method: "POST",
      headers: { "Idempotency-Key": idempotencyKey },
      body: form,
      timeoutMs: uploadTimeoutMs,
      signal,
    });
  }

  async function* stream(
    jobId: string,
    lastEventId: number | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ImportSnapshot> {
    const headers = {
      Accept: "text/event-stream",
      ...(lastEventId === undefined ? {} : { "Last-Event-ID": String(lastEventId) }),
    };
    const response = await transport.once(
      pathOf(jobId, "/stream"),
      { headers, timeoutMs: silenceMs, signal },
      (answer) => Promise.resolve(answer),
    );
    if (response.status === 204) {
      // Nothing comes after that event: what it ended with is the present state.
      yield await transport.json<ImportSnapshot>(pathOf(jobId), { signal });
      return;
    }
    for await (const { event, data } of readEvents(response, {
      silenceMs,
      ...(signal ? { signal } : {}),
    })) {
      if (tellsState(event)) yield stateOf(parsed(data));
    }
  }

  function poller(jobId: string, signal: AbortSignal | undefined) {
    let etag: string | undefined;
    return async () => {
      const headers = etag === undefined ? {} : { "If-None-Match": etag };
      return transport.once(pathOf(jobId), { headers, accept: [304], signal }, async (response) => {
        const waitMs = Math.min(POLL_MS, retryAfterMsOf(response.headers) ?? POLL_MS);
        if (response.status === 304) return { waitMs };
        const snapshot = stateOf(await jsonOf<unknown>(response));
        etag = response.headers.get("ETag") ?? undefined;
        return { snapshot, waitMs };
      });
    };
  }

  const watch: Imports["watch"] = (jobId, { signal, isAccepted } = {}) =>
    followImport({
      isAccepted,
      stream: (lastEventId) => stream(jobId, lastEventId, signal),
      poll: poller(jobId, signal),
      retries,
      random,
      sleep,
      signal,
    });

  const act =
    (part: string) =>
    (jobId: string, { signal }: Call = {}): Promise<ImportSnapshot> =>
      transport.json<ImportSnapshot>(pathOf(jobId, part), {
        method: "POST",
        headers: { "Idempotency-Key": newKey() },
        signal,
      });

  return {
    start,
    async *importFile(file, options = {}) {
      const { jobId } = await start(file, options);
      yield* watch(jobId, { isAccepted: true, signal: options.signal });
    },
    watch,
    get: (jobId, { signal } = {}) => transport.json(pathOf(jobId), { signal }),
    list: ({ signal, ...query } = {}) => transport.json("/api/v2/imports", { query, signal }),
    async *rows(jobId, { signal, outcome } = {}) {
      let cursor: string | undefined;
      do {
        const page: Page<ImportRow> = await transport.json(pathOf(jobId, "/rows"), {
          query: { outcome, cursor },
          signal,
        });
        yield* page.items;
        cursor = page.nextCursor;
      } while (cursor !== undefined);
    },
    failedCsv: (jobId, { signal } = {}) =>
      transport.send(
        pathOf(jobId, "/failed.csv"),
        { headers: { Accept: "text/csv" }, signal },
        (response) => response.text(),
      ),
    commit: act("/commit"),
    cancel: act("/cancel"),
    retry: act("/retry"),
    undo: act("/undo"),
  };
}

/** @throws ConnectionError for what is no state of an import: a login page may answer in JSON too */
function stateOf(value: unknown): ImportSnapshot {
  const seq = typeof value === "object" && value !== null && "seq" in value ? value.seq : undefined;
  if (!Number.isInteger(seq))
    throw new ConnectionError("The answer is not the state of an import.");
  return value as ImportSnapshot;
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (error) {
    throw new ConnectionError("The stream is not that of an import.", { cause: error });
  }
}
