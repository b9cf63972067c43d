import { useSignal } from "@preact/signals";
import { publicApi, session, withApi } from "../../state/api.ts";
import { online } from "../../state/connection.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button } from "../../ui/button.tsx";
import { useEdits } from "./parts.tsx";
import { text as t } from "./text.ts";
import type { ShelvedBook } from "./use-book.ts";

/** Refresh of the catalogue's data, and removal. */
export function ManagePart({ book, onRemove }: { book: ShelvedBook; onRemove: () => void }) {
  const { isbn } = book;
  const edits = useEdits();
  const busy = useSignal(false);
  const said = useSignal<string | undefined>(undefined);

  const refresh = async (): Promise<void> => {
    busy.value = true;
    said.value = undefined;
    await edits.run(async () => {
      const before = book.sources?.map(({ fetchedAt }) => fetchedAt).join();
      const asked = session.account.value
        ? await withApi((api) => api.catalogue.enrich(isbn, { refresh: true }))
        : await publicApi.catalogue.enrich(isbn, { refresh: true });
      await shelf.sync();
      const after = asked.sources.map(({ fetchedAt }) => fetchedAt).join();
      said.value = t(before === after ? "refreshedSame" : "refreshed");
      announce(said.value);
    });
    busy.value = false;
  };

  return (
    <div class="book-manage stack" tabIndex={-1}>
      {edits.result}
      {said.value !== undefined && <p class="quiet">{said.value}</p>}
      <div class="row">
        {!isbn.startsWith("local-") && (
          <Button icon="refresh" busy={busy.value || !online.value} onClick={() => void refresh()}>
            {t("refresh")}
          </Button>
        )}
        <Button icon="trash" look="danger" onClick={onRemove}>
          {t("remove")}
        </Button>
      </div>
      {!online.value && <p class="quiet">{t("needsConnection")}</p>}
    </div>
  );
}
