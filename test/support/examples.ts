/** A documented request and its response. `body` is text unless the response is JSON. */
export interface Example {
  request: { method: string; path: string; headers: Record<string, string>; body?: string };
  answer: { status: number; headers: Record<string, string>; body: unknown };
}

const BLOCK = /```http\n([\s\S]*?)```/g;

/** An example whose response body is not parsed. */
export interface Exchange {
  request: Example["request"];
  answer: { status: number; headers: Record<string, string>; text: string };
}

/** The examples of a page: pairs of `http` blocks, a request and its response. @throws Error if a request has no response */
export function exchangesOf(markdown: string): Exchange[] {
  const blocks = [...markdown.matchAll(BLOCK)].map(([, text = ""]) => messageOf(text));
  if (blocks.length % 2 !== 0) throw new Error("An example request has no response.");
  return Array.from({ length: blocks.length / 2 }, (_, index) => {
    const [request, answer] = blocks.slice(index * 2, index * 2 + 2);
    const [method = "", path = ""] = request?.start.split(" ") ?? [];
    const { headers = {}, body = "" } = request ?? {};
    return {
      request: { method, path, headers, ...(body === "" ? {} : { body }) },
      answer: {
        status: Number(answer?.start),
        headers: answer?.headers ?? {},
        text: answer?.body ?? "",
      },
    };
  });
}

/** Whether the headers announce JSON. */
export function isJson(headers: Readonly<Record<string, string | null>>): boolean {
  return headers["Content-Type"]?.includes("json") ?? false;
}

/** The examples of a page. JSON responses are parsed; others remain text. */
export function examplesOf(markdown: string): Example[] {
  return exchangesOf(markdown).map(({ request, answer: { text, ...answer } }) => ({
    request,
    answer: { ...answer, body: isJson(answer.headers) ? JSON.parse(text) : text.trim() },
  }));
}

function messageOf(text: string): { start: string; headers: Record<string, string>; body: string } {
  const [head = "", ...body] = text.split("\n\n");
  const [start = "", ...lines] = head.trim().split("\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  return { start, headers, body: body.join("\n\n").trim() };
}

/**
 * Replaces values in `actual` by `"..."` wherever the example has it, so that both can be compared. If an object in the example
 * has a member `"..."`, the actual object may have additional members.
 */
export function elided(actual: unknown, example: unknown): unknown {
  if (typeof actual === "string" && typeof example === "string") return elidedText(actual, example);
  if (example === "..." && actual !== undefined) return "...";
  if (typeof actual !== "object" || actual === null) return actual;
  if (typeof example !== "object" || example === null) return actual;
  if (Array.isArray(actual)) {
    return actual.map((item, index) => elided(item, Reflect.get(example, index)));
  }
  const isOpen = Object.hasOwn(example, "...");
  const members = Object.entries(actual)
    .filter(([name]) => !isOpen || Object.hasOwn(example, name))
    .map(([name, value]) => [name, elided(value, Reflect.get(example, name))]);
  return Object.fromEntries(isOpen ? [...members, ["...", "..."]] : members);
}

/** Returns the example if the text matches it, where `...` matches anything; otherwise the text. */
function elidedText(actual: string, example: string): string {
  const parts = example.split("...").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*?")}$`, "s").test(actual) ? example : actual;
}
