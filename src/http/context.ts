/** What middleware leaves for handlers in Hono's context. */
export interface App {
  Variables: { requestId: string };
}
