import { session } from "./api.ts";
import { shelf } from "./shelf.ts";

/**
 * Removes everything that the app keeps on this device: the account, all shelves with edits that were not sent, and preferences. The
 * account itself stays.
 */
export async function clearDevice(target: Window & typeof globalThis): Promise<void> {
  await shelf.clear().catch(() => undefined);
  session.forget();
  try {
    target.localStorage.clear();
    target.sessionStorage.clear();
  } catch {
    // A browser that stores nothing has nothing to clear.
  }
  await Promise.all(await databases(target));
}

/** Shelves of accounts that were signed in before are kept too. */
async function databases({ indexedDB }: typeof globalThis): Promise<Promise<void>[]> {
  const known = await indexedDB?.databases?.().catch(() => []);
  const own = (known ?? []).flatMap(({ name }) => (name?.startsWith("bookstrack:") ? [name] : []));
  return own.map(
    (name) =>
      new Promise<void>((resolve) => {
        const deleting = indexedDB.deleteDatabase(name);
        // Another tab has it open, and closes it when it sees that the account is gone.
        for (const type of ["success", "error", "blocked"]) {
          deleting.addEventListener(type, () => resolve());
        }
      }),
  );
}
