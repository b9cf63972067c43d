/** A minimal Hono app: one route that reads one query parameter and returns the same bytes for every request. */
import { Hono } from "hono";

interface YardstickEnv {
  BODY: string;
  HEADERS: Record<string, string>;
}

const app = new Hono<{ Bindings: YardstickEnv }>();

app.get("/v1/search/isbn", (c) => {
  if (c.req.query("isbn") === undefined) return c.notFound();
  return c.body(c.env.BODY, 200, c.env.HEADERS);
});

export default app;
