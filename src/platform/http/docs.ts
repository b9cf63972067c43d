import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { App } from "./context.ts";
import type { ApiDocument } from "./docs/document.ts";
import { docsPage } from "./docs/page.ts";
import { STYLE } from "./docs/style.ts";
import type { OpenapiDocument } from "./openapi.ts";
import { router } from "./router.ts";

const getDocs = createRoute({
  operationId: "getDocs",
  method: "get",
  path: "/docs",
  tags: ["Operations"],
  summary: "This reference as an HTML page",
  responses: {
    200: {
      description: "A self-contained HTML page",
      content: { "text/html": { schema: z.string() } },
    },
  },
});

/**
 * The API reference as a page, rendered from the same document as /openapi.json so that the two cannot differ. The page
 * needs no other file and is therefore the same on Cloudflare, under `wrangler dev` and on the bare runtime.
 */
export function docsRoutes(document: () => OpenapiDocument): OpenAPIHono<App> {
  const app = router();
  let made: { page: string; policy: string } | undefined;
  app.openapi(getDocs, async (c) => {
    made ??= {
      page: await docsPage(document() as unknown as ApiDocument, STYLE),
      policy: await contentPolicy(),
    };
    return c.html(made.page, 200, {
      "Cache-Control": "public, max-age=300",
      "Content-Security-Policy": made.policy,
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
    });
  });
  return app;
}

/** The Content-Security-Policy: allows only the page's own style sheet. */
async function contentPolicy(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
