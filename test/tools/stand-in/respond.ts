import type { ServerResponse } from "node:http";
import type { Catalogue } from "./catalogue-book.ts";
import type { Fault } from "./fault.ts";
import type { ProviderModel } from "./provider-model.ts";

const DOWN_PAGE = "<!DOCTYPE html><html><body><h1>Down for maintenance</h1></body></html>";

/** Answers a call, or applies the fault. */
export function respond(
  response: ServerResponse,
  url: URL,
  model: ProviderModel,
  catalogue: Catalogue,
  fault: Fault | undefined,
): void {
  if (fault) {
    respondWithFault(response, url, model, catalogue, fault);
    return;
  }
  const body = model.answer(url, catalogue);
  if (body === undefined) json(response, 404, { error: "notfound" });
  else json(response, 200, body);
}

function respondWithFault(
  response: ServerResponse,
  url: URL,
  model: ProviderModel,
  catalogue: Catalogue,
  fault: Fault,
): void {
  const whole = (): string => JSON.stringify(model.answer(url, catalogue) ?? model.empty());
  switch (fault.kind) {
    case "hang":
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "cut": {
      const text = whole();
      response.writeHead(200, { ...JSON_TYPE, "Content-Length": Buffer.byteLength(text) });
      response.write(half(text), () => response.socket?.resetAndDestroy());
      return;
    }
    case "html":
      response.writeHead(fault.status, { "Content-Type": "text/html; charset=utf-8" });
      response.end(DOWN_PAGE);
      return;
    case "truncated":
      response.writeHead(200, JSON_TYPE);
      response.end(half(whole()));
      return;
    case "other-edition":
      json(response, 200, model.otherEdition(url, catalogue));
      return;
    case "odd-shape":
      json(response, 200, model.oddShape(url));
      return;
    case "empty":
      json(response, 200, model.empty());
      return;
    case "lacks": {
      const lacks = new Set(fault.isbns.map((isbn) => catalogue.byIsbn(isbn)));
      const byIsbn: Catalogue["byIsbn"] = (isbn) => {
        const book = catalogue.byIsbn(isbn);
        return lacks.has(book) ? undefined : book;
      };
      json(response, 200, model.answer(url, { ...catalogue, byIsbn }) ?? model.empty());
      return;
    }
    case "rate-limited":
      json(response, 429, model.rateLimited(), fault.retryAfterSeconds);
      return;
    case "server-error":
      json(response, fault.status, { error: "internal" }, fault.retryAfterSeconds);
      return;
    case "unknown-location":
      json(response, 403, {
        error: {
          code: 403,
          message: "Cannot determine user location for geographically restricted operation.",
          errors: [{ domain: "global", reason: "unknownLocation" }],
        },
      });
      return;
  }
}

const JSON_TYPE = { "Content-Type": "application/json" };

const half = (text: string): string => text.slice(0, Math.max(1, Math.floor(text.length / 2)));

function json(
  response: ServerResponse,
  status: number,
  body: object,
  retryAfterSeconds?: number,
): void {
  const retryAfter =
    retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) };
  response.writeHead(status, { ...JSON_TYPE, ...retryAfter });
  response.end(JSON.stringify(body));
}
