/**
 * Streams the pages as UTF-8. A page is read only after the previous one was consumed, so that at most two are in memory.
 * @param failed called with an error of `pages`, which also aborts the stream
 */
export function streamOf(
  first: IteratorResult<string>,
  pages: AsyncIterator<string>,
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: IteratorResult<string> | undefined = first;
  return new ReadableStream({
    async pull(controller) {
      try {
        const page = next ?? (await pages.next());
        next = undefined;
        if (page.done) controller.close();
        else controller.enqueue(encoder.encode(page.value));
      } catch (error) {
        failed(error);
        controller.error(error);
      }
    },
    async cancel() {
      await pages.return?.();
    },
  });
}
