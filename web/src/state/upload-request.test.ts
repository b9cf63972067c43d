import { expect, it } from "vitest";
import { fetchWithProgress } from "./upload-request.ts";

/** The part of an XMLHttpRequest that uploads use. */
class FakeRequest extends EventTarget {
  readonly upload = new EventTarget();
  readonly sent: unknown[] = [];
  readonly status = 202;
  readonly statusText = "Accepted";
  readonly responseText = '{"jobId":"job"}';
  isAborted = false;
  open(...call: unknown[]): void {
    this.sent.push(call);
  }
  setRequestHeader(...header: unknown[]): void {
    this.sent.push(header);
  }
  send(body: unknown): void {
    this.sent.push(body);
  }
  abort(): void {
    this.isAborted = true;
  }
  getAllResponseHeaders(): string {
    return "content-type: application/json\r\nretry-after: 3\r\n";
  }
}

function started(signal?: AbortSignal) {
  const request = new FakeRequest();
  const progress: number[][] = [];
  const upload = fetchWithProgress(
    (...sent) => progress.push(sent),
    () => request as unknown as XMLHttpRequest,
  );
  const response = upload("https://books.example/api", {
    method: "POST",
    headers: { Authorization: "Bearer token" },
    body: "file",
    ...(signal ? { signal } : {}),
  });
  return { request, progress, response };
}

it("sends like fetch, reports progress, and returns the response with its headers", async () => {
  const { request, progress, response } = started();
  request.upload.dispatchEvent(Object.assign(new Event("progress"), { loaded: 3, total: 4 }));
  request.dispatchEvent(new Event("load"));
  const { status, headers } = await response;
  expect([status, headers.get("Retry-After"), progress]).toEqual([202, "3", [[3, 4]]]);
  expect(await (await response).json()).toEqual({ jobId: "job" });
  expect(request.sent).toEqual([
    ["POST", "https://books.example/api"],
    ["authorization", "Bearer token"],
    "file",
  ]);
});

it("fails when the connection is lost, and can be aborted", async () => {
  const lost = started();
  lost.request.dispatchEvent(new Event("error"));
  await expect(lost.response).rejects.toThrow(TypeError);
  const stop = new AbortController();
  const stopped = started(stop.signal);
  stop.abort(new Error("enough"));
  await expect(stopped.response).rejects.toThrow("enough");
  expect(stopped.request.isAborted).toBe(true);
});
