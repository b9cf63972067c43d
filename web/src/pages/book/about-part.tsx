import type { ComponentChildren } from "preact";
import { formatLanguage, formatList, formatMoment, formatPartialDate } from "../../i18n/format.ts";
import { Disclosure } from "./parts.tsx";
import { text as t } from "./text.ts";
import type { ShelvedBook } from "./use-book.ts";

/** A book on the shelf or in a catalogue. */
export type AboutBook = Omit<
  ShelvedBook,
  "isComplete" | "tags" | "readings" | "addedAt" | "updatedAt" | "confirmed"
> & { confirmed?: boolean };

type Fact = readonly [name: string, value: ComponentChildren];

/** Display names of identifiers. */
const IDENTIFIERS: Readonly<Record<string, string>> = {
  openLibrary: "Open Library",
  googleBooks: "Google Books",
  goodreads: "Goodreads",
  librarything: "LibraryThing",
  lccn: "LCCN",
  oclc: "OCLC",
};

/** The known facts about the edition, as list rows. */
function factsOf(book: AboutBook): Fact[] {
  const published = book.publishedDate ?? book.publicationYear?.toString();
  const helpers = (book.authorsDetailed ?? []).filter(({ role }) => role !== undefined);
  const facts: (Fact | undefined)[] = [
    published === undefined ? undefined : [t("published"), formatPartialDate(published)],
    book.publisher === undefined ? undefined : [t("publisher"), book.publisher],
    book.pageCount === undefined ? undefined : [t("pages"), String(book.pageCount)],
    book.language === undefined
      ? undefined
      : [t("language"), formatLanguage(book.languageTag ?? book.language)],
    book.binding === undefined ? undefined : [t("binding"), book.binding],
    book.originalTitle === undefined ? undefined : [t("originalTitle"), book.originalTitle],
    book.firstPublicationYear === undefined
      ? undefined
      : [t("firstPublished"), String(book.firstPublicationYear)],
    helpers.length === 0
      ? undefined
      : [t("people"), formatList(helpers.map(({ name, role }) => `${name} (${role})`))],
    book.categories.length === 0 ? undefined : [t("subjects"), book.categories.join(", ")],
    book.isbn.startsWith("local-") ? undefined : [t("isbn"), book.isbn],
    book.isbn10 === undefined ? undefined : [t("isbn10"), book.isbn10],
    ...Object.entries(book.identifiers ?? {}).map(([name, value]): Fact => [
      IDENTIFIERS[name] ?? name,
      value,
    ]),
  ];
  return facts.filter((fact) => fact !== undefined);
}

/** Names and values. */
export const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <dl class="book-facts">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt dir="auto">{name}</dt>
        <dd class="number" dir="auto">
          {value}
        </dd>
      </div>
    ))}
  </dl>
);

/** The description and the facts of the edition. */
export const About = ({ book }: { book: AboutBook }) => (
  <>
    {book.description && (
      <p class="book-description" dir="auto">
        {book.description}
      </p>
    )}
    <Facts facts={factsOf(book)} />
  </>
);

export function AboutPart({ book }: { book: ShelvedBook }) {
  return (
    <Disclosure title={t("about")} isOpen>
      {!book.isComplete && <p class="quiet">{t("textsLater")}</p>}
      <About book={book} />
    </Disclosure>
  );
}

/** The source of each value: the catalogues, and the user's own file. */
export function SourcesPart({ book }: { book: ShelvedBook }) {
  const { sources = [], unusedAnswers = [], extra = {}, source } = book;
  const own = Object.entries(extra);
  return (
    <>
      <Disclosure title={t("sources")}>
        {!book.confirmed && <p>{t("fromYou")}</p>}
        {sources.length === 0 && book.confirmed && <p class="quiet">{t("sourcesUnknown")}</p>}
        <ul role="list" class="book-rows">
          {sources.map(({ provider, fetchedAt, fields }) => (
            <li key={`${provider} ${fetchedAt}`} class="book-source">
              <p>
                <strong>{providerName(provider)}</strong>
                <span class="quiet number"> · {formatMoment(fetchedAt)}</span>
              </p>
              <p class="quiet">{formatList([...new Set(fields.map(fieldName))])}</p>
            </li>
          ))}
          {unusedAnswers.map(({ provider, fetchedAt }) => (
            <li key={`${provider} unused`} class="book-source">
              <p>
                <strong>{providerName(provider)}</strong>
                <span class="quiet number"> · {formatMoment(fetchedAt)}</span>
              </p>
              <p class="quiet">{t("sourceUnused")}</p>
            </li>
          ))}
        </ul>
      </Disclosure>
      {(own.length > 0 || source !== undefined) && (
        <Disclosure title={t("fromFile")}>
          {source !== undefined && <p class="quiet">{t("fromImport")}</p>}
          {own.length > 0 && <Facts facts={own} />}
        </Disclosure>
      )}
    </>
  );
}

const PROVIDERS: Readonly<Record<string, string>> = {
  openlibrary: "Open Library",
  "google-books": "Google Books",
};

const providerName = (provider: string): string =>
  provider === "import" ? t("operator") : (PROVIDERS[provider] ?? provider);

const FIELDS = {
  title: "fieldTitle",
  subtitle: "fieldSubtitle",
  authors: "fieldAuthors",
  authorsDetailed: "people",
  publisher: "publisher",
  publishedDate: "published",
  publicationYear: "fieldYear",
  pageCount: "pages",
  language: "language",
  categories: "subjects",
  description: "fieldDescription",
  coverUrl: "fieldCover",
  imageLinks: "fieldCover",
  identifiers: "fieldIdentifiers",
  series: "series",
  workId: "fieldWork",
  languageTag: "language",
  isbn10: "isbn10",
  binding: "binding",
  originalTitle: "originalTitle",
  firstPublicationYear: "firstPublished",
  status: "status",
  rating: "rating",
  review: "review",
  notes: "notes",
  tags: "tags",
  format: "format",
  owned: "owned",
  location: "location",
  loan: "loan",
  ownSeries: "series",
} as const;

/** The display name of a book's field. */
export function fieldName(field: string): string {
  const key = FIELDS[field as keyof typeof FIELDS] as (typeof FIELDS)["title"] | undefined;
  return key === undefined ? field : t(key);
}
