import { useSignal } from "@preact/signals";
import { announce } from "../../ui/announce.tsx";
import { wordsOf, type StoredWords } from "../../ui/own-words/own-words.ts";
import { OwnWordsForm } from "../../ui/own-words/own-words-form.tsx";
import { Disclosure, useEdits } from "./parts.tsx";
import { text as t } from "./text.ts";
import type { ShelvedBook } from "./use-book.ts";

/** The user's description of a book that no catalogue has. */
export default function OwnPart({ book }: { book: ShelvedBook }) {
  const edits = useEdits();
  const turn = useSignal(0);
  const store = async (words: StoredWords): Promise<void> => {
    if (!(await edits.save({ op: "change", isbn: book.isbn, set: words }))) return;
    turn.value += 1;
    announce(t("ownKept"));
  };
  return (
    <Disclosure title={t("own")}>
      <p class="quiet">{t("ownHint")}</p>
      <OwnWordsForm
        key={`${turn.value} ${book.isComplete}`}
        words={wordsOf(book)}
        action={t("keep")}
        onStore={(words) => void store(words)}
      />
      {edits.result}
    </Disclosure>
  );
}
