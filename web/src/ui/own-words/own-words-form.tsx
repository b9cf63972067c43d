import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { formatLanguage } from "../../i18n/format.ts";
import { Button } from "../button.tsx";
import { DateField, faultOf } from "../date-field.tsx";
import { ErrorSummary, SelectField, TextArea, TextField } from "../fields.tsx";
import { storedWords, type OwnWords, type StoredWords, type WordsFault } from "./own-words.ts";
import { text as t } from "./text.ts";

/** Languages to choose from; another one is shown if the book has it. */
const LANGUAGES =
  "ar bg bn ca cs da de el en es et eu fa fi fr ga gl he hi hr hu id is it ja ka ko la lt lv ms nb nl nn no pl pt ro ru sk sl sq sr sv sw ta th tr uk ur vi zh".split(
    " ",
  );

/**
 * A form for a book described by the user.
 * @param props.children buttons beside the submit button
 */
export function OwnWordsForm({
  words: first,
  action,
  busy = false,
  before,
  children,
  onStore,
}: {
  words: OwnWords;
  /** Text of the submit button. */
  action: string;
  busy?: boolean;
  /** Fields above the others. */
  before?: ComponentChildren;
  children?: ComponentChildren;
  onStore: (words: StoredWords) => void;
}) {
  const words = useSignal(first);
  const faults = useSignal<readonly WordsFault[]>([]);
  const set = (change: Partial<OwnWords>): void => {
    words.value = { ...words.value, ...change };
  };
  const line = (name: "title" | "subtitle" | "publisher" | "pageCount" | "categories") => ({
    id: `own-${name}`,
    label: t(name),
    value: words.value[name],
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      set({ [name]: currentTarget.value }),
  });
  const textOfFault: Readonly<Record<WordsFault, string>> = {
    title: t("titleMissing"),
    published: faultOf(words.value.published) ?? "",
    pageCount: t("pageCountWrong"),
  };
  const errorOf = (name: WordsFault): string | undefined =>
    faults.value.includes(name) ? textOfFault[name] : undefined;
  const submit = (): void => {
    const stored = storedWords(words.value);
    faults.value = Array.isArray(stored) ? stored : [];
    if (!Array.isArray(stored)) onStore(stored);
  };
  const languages = new Set(["", ...LANGUAGES, words.value.language]);
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) submit();
      }}
    >
      <ErrorSummary
        errors={faults.value.map((name) => ({ field: `own-${name}`, text: textOfFault[name] }))}
      />
      {before}
      <TextField {...line("title")} error={errorOf("title")} maxLength={1000} />
      <TextField {...line("subtitle")} maxLength={1000} />
      <TextArea
        label={t("authors")}
        hint={t("authorsHint")}
        rows={2}
        dir="auto"
        value={words.value.authors}
        onInput={({ currentTarget }) => set({ authors: currentTarget.value })}
      />
      <TextField {...line("publisher")} maxLength={300} />
      <DateField
        id="own-published"
        label={t("published")}
        hint={t("publishedHint")}
        error={errorOf("published")}
        parts={words.value.published}
        onChange={(published) => set({ published })}
      />
      <TextField {...line("pageCount")} error={errorOf("pageCount")} inputMode="numeric" />
      <SelectField
        label={t("language")}
        value={words.value.language}
        options={[...languages].map(
          (code) => [code, code === "" ? t("languageUnknown") : formatLanguage(code)] as const,
        )}
        onChange={(language) => set({ language })}
      />
      <TextField {...line("categories")} hint={t("categoriesHint")} />
      <TextArea
        label={t("description")}
        rows={4}
        dir="auto"
        maxLength={20_000}
        value={words.value.description}
        onInput={({ currentTarget }) => set({ description: currentTarget.value })}
      />
      <div class="row">
        <Button type="submit" look="primary" icon="check" busy={busy}>
          {action}
        </Button>
        {children}
      </div>
    </form>
  );
}
