/** The least that a Hono app can do: one route, one query parameter read, the same bytes for every request. */
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
