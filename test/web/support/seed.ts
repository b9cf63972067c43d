import { createClient, type Library } from "../../../client/src/index.ts";
import type { App, View, Visit, VisitOptions } from "./app.ts";

/** A user who has used the service before. */
export interface Known extends Visit {
  /** Another device of the same user. */
  readonly library: Library;
}

/** Opens a path as a user with an account, after `fill` has filled the shelf on another device. */
export async function visitWith(
  app: App,
  path: string,
  fill: (library: Library) => Promise<unknown>,
  view?: View,
  options?: VisitOptions,
): Promise<Known> {
  const { userId, token } = await createClient({ baseUrl: app.url }).accounts.create();
  const library = createClient({ baseUrl: app.url, token }).library(userId);
  await fill(library);
  const visit = await app.visit("/more", view, options);
  const stored = JSON.stringify(JSON.stringify({ userId, token }));
  await visit.page.evaluate(`localStorage.setItem("bookstrack.account", ${stored})`);
  await visit.page.goto(path);
  return { ...visit, library };
}
