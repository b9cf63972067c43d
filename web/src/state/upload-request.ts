/** `fetch` for uploads, because the browser's own does not report upload progress. */

/** @param onProgress called with the bytes sent and the total */
export function fetchWithProgress(
  onProgress: (sent: number, total: number) => void,
  newRequest: () => XMLHttpRequest = () => new XMLHttpRequest(),
): typeof fetch {
  return (url, init = {}) =>
    new Promise((resolve, reject) => {
      const request = newRequest();
      const { signal } = init;
      const abort = (): void => {
        request.abort();
        reject(signal?.reason as Error);
      };
      request.open(init.method ?? "GET", url instanceof Request ? url.url : url);
      for (const [name, value] of new Headers(init.headers)) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded, total));
      request.addEventListener("load", () => resolve(responseOf(request)));
      request.addEventListener("error", () =>
        reject(new TypeError("The connection was lost during the upload.")),
      );
      signal?.addEventListener("abort", abort, { once: true });
      request.addEventListener("loadend", () => signal?.removeEventListener("abort", abort));
      if (signal?.aborted) abort();
      else request.send(init.body as XMLHttpRequestBodyInit);
    });
}

function responseOf(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().trim().split("\r\n")) {
    const at = line.indexOf(":");
    if (at > 0) headers.append(line.slice(0, at), line.slice(at + 1).trim());
  }
  const { status, statusText, responseText } = request;
  return new Response([204, 304].includes(status) ? null : responseText, {
    status,
    statusText,
    headers,
  });
}
