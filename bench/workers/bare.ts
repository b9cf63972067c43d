/** A minimal Worker that returns the same bytes for every request. */
interface YardstickEnv {
  BODY: string;
  HEADERS: Record<string, string>;
}

export default {
  fetch(_request: Request, env: YardstickEnv): Response {
    return new Response(env.BODY, { headers: env.HEADERS });
  },
};
