/**
 * A response body of text pages. A page is read when the one before it was taken, so that memory holds two at most.
 * @param failed receives the error that ended the stream early
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
