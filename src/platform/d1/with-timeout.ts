/**
 * Waits at most `budgetMs` milliseconds for an optional dependency. Never throws: an error or a timeout resolves to
 * `ok: false`, and the caller decides how to continue.
 */
export async function withTimeout<Value>(
  budgetMs: number,
  work: Promise<Value>,
): Promise<{ ok: true; value: Value } | { ok: false; error: unknown }> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<{ ok: false; error: unknown }>((resolve) => {
    timer = setTimeout(
      () => resolve({ ok: false, error: new Error(`no response within ${budgetMs} ms`) }),
      budgetMs,
    );
  });
  const answer = work.then(
    (value) => ({ ok: true as const, value }),
    (error: unknown) => ({ ok: false as const, error }),
  );
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    if (timer !== undefined) clearTimeout(timer);
  }
}
