import { useSignal } from "@preact/signals";
import { later } from "../../ui/later.tsx";
import { Disclosure } from "./parts.tsx";
import { text as t } from "./text.ts";
import type { ShelvedBook } from "./use-book.ts";

const Editions = later(() => import("./edition-list.tsx"));

/** The other editions, requested when the user opens the section. */
export function EditionPart({
  book,
  onMoved,
}: {
  book: ShelvedBook;
  onMoved: (isbn: string) => void;
}) {
  const isOpened = useSignal(false);
  const isLocal = book.isbn.startsWith("local-");
  return (
    <Disclosure title={t(isLocal ? "giveIsbn" : "editions")} onOpen={() => (isOpened.value = true)}>
      {isOpened.value && <Editions book={book} isLocal={isLocal} onMoved={onMoved} />}
    </Disclosure>
  );
}
