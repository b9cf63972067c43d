/**
 * Waits for an optional dependency at most `budgetMs`. `failed` when it threw or was too slow; the caller says which
 * way it then goes.
 */
export async function withTimeout<Value>(
  budgetMs: number,
  work: Promise<Value>,
): Promise<{ ok: true; value: Value } | { ok: false; error: unknown }> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const timeout = new Promise<{ ok: false; error: unknown }>((resolve) => {
    timer = setTimeout(
      () => resolve({ ok: false, error: new Error(`no answer withTimeout ${budgetMs} ms`) }),
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
    clearTimeout(timer);
  }
}
