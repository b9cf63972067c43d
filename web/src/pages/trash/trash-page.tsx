import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { TrashItem } from "../../../../client/src/index.ts";
import { formatList, formatMoment } from "../../i18n/format.ts";
import { session, withApi } from "../../state/api.ts";
import { online } from "../../state/connection.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Ask } from "../../ui/ask.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Cover } from "../../ui/cover.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { EmptyState, ErrorState, LoadingState, OfflineState } from "../../ui/states.tsx";
import { createTrash, type Trash } from "./trash.ts";
import { text as t } from "./text.ts";
import "./trash.css";

/** `/trash`: removed books, which can be restored or permanently deleted. */
export default function TrashPage() {
  return (
    <div class="stack">
      <PageTitle>{t("title")}</PageTitle>
      {session.account.value ? <Content key={session.account.value.userId} /> : <Empty />}
    </div>
  );
}

const Empty = () => (
  <EmptyState icon="trash" title={t("emptyTitle")} text={t("emptyText")}>
    <ButtonLink look="primary" icon="library" href="/">
      {t("toShelf")}
    </ButtonLink>
  </EmptyState>
);

function Content() {
  const trash = useMemo(newTrash, []);
  const isOnline = online.value;
  useEffect(() => {
    if (isOnline && !trash.hasLoaded.peek()) void trash.load();
  }, [isOnline]);
  const { items, error, hasLoaded, hasMore } = trash;
  if (!hasLoaded.value) {
    if (!isOnline) return <OfflineState />;
    if (error.value === undefined) return <LoadingState rows={4} />;
    return <ErrorState error={error.value} onRetry={() => void trash.load()} />;
  }
  if (items.value.length === 0) return <Empty />;
  return (
    <>
      <EmptyAll trash={trash} />
      <ul role="list" class="trash-rows">
        {items.value.map((item) => (
          <Row key={item.book.isbn} item={item} trash={trash} />
        ))}
      </ul>
      {error.value !== undefined && <ErrorState error={error.value} />}
      {hasMore.value && (
        <div class="row">
          <Button icon="down" onClick={() => void trash.more()}>
            {t("more")}
          </Button>
        </div>
      )}
    </>
  );
}

function EmptyAll({ trash }: { trash: Trash }) {
  const isOpen = useSignal(false);
  const empty = async (): Promise<void> => {
    await trash.empty();
    announce(t("emptied"));
  };
  return (
    <div class="row">
      <Button look="danger" icon="trash" onClick={() => (isOpen.value = true)}>
        {t("empty")}
      </Button>
      {isOpen.value && (
        <Ask
          title={t("emptyAskTitle")}
          action={t("empty")}
          onAgree={empty}
          onClose={() => (isOpen.value = false)}
        >
          <p>{t("emptyAsk")}</p>
        </Ask>
      )}
    </div>
  );
}

function Row({ item: { book, deletedAt, until }, trash }: { item: TrashItem; trash: Trash }) {
  const isOpen = useSignal(false);
  const { isbn, title, authors } = book;
  const restore = async (): Promise<void> => {
    await trash.restore(isbn);
    announce(t("restored", { title }));
  };
  const remove = async (): Promise<void> => {
    await trash.remove(isbn);
    announce(t("deleted", { title }));
  };
  return (
    <li class="trash-row">
      <Cover isbn={isbn} title={title} />
      <div>
        <p class="clamp-2 trash-title" dir="auto" title={title}>
          {title}
        </p>
        <p class="quiet" dir="auto">
          {formatList(authors)}
        </p>
        <p class="quiet">
          {t("removed", { date: formatMoment(deletedAt), until: formatMoment(until) })}
        </p>
      </div>
      <div class="trash-actions">
        <Button icon="undo" aria-label={t("restoreOf", { title })} onClick={() => void restore()}>
          {t("restore")}
        </Button>
        <Button
          look="danger"
          aria-label={t("removeOf", { title })}
          onClick={() => (isOpen.value = true)}
        >
          {t("remove")}
        </Button>
      </div>
      {isOpen.value && (
        <Ask
          title={t("removeTitle", { title })}
          action={t("remove")}
          onAgree={remove}
          onClose={() => (isOpen.value = false)}
        >
          <p>{t("removeAsk")}</p>
        </Ask>
      )}
    </li>
  );
}

const newTrash = (): Trash =>
  createTrash({
    // Sends removals of this device first, so that they are in the trash.
    sync: () => shelf.sync(),
    read: () => withApi((_api, library) => Promise.resolve(library.trash())),
    restore: (isbn) => shelf.edit({ op: "restore", isbn }),
    remove: (isbn) => withApi((_api, library) => library.emptyTrash(isbn)),
  });
