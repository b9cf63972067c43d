/** The whole body as text; undefined if it is longer than `limit` bytes, in which case the rest is cancelled. */
export async function readText(response: Response, limit: number): Promise<string | undefined> {
  if (response.body === null) return "";
  if (Number(response.headers.get("content-length")) > limit) {
    await response.body.cancel();
    return undefined;
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.byteLength;
    if (length > limit) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
