import { session } from "./api.ts";
import { shelf } from "./shelf.ts";

/**
 * Removes all data of the app from this device: sign-in, all shelves with unsent edits, and
 * preferences. The account itself is kept.
 */
export async function clearDevice(target: Window & typeof globalThis): Promise<void> {
  await shelf.clear().catch(() => undefined);
  session.forget();
  try {
    target.localStorage.clear();
    target.sessionStorage.clear();
  } catch {
    // A browser without storage has nothing to clear.
  }
  await Promise.all(await databases(target));
}

/** Includes shelves of accounts that were signed in earlier. */
async function databases({ indexedDB }: typeof globalThis): Promise<Promise<void>[]> {
  const known = await indexedDB?.databases?.().catch(() => []);
  const own = (known ?? []).flatMap(({ name }) => (name?.startsWith("bookstrack:") ? [name] : []));
  return own.map(
    (name) =>
      new Promise<void>((resolve) => {
        const deleting = indexedDB.deleteDatabase(name);
        // Another tab has it open, and closes it when it notices that the account is gone.
        for (const type of ["success", "error", "blocked"]) {
          deleting.addEventListener(type, () => resolve());
        }
      }),
  );
}
