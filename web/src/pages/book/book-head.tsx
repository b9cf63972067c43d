import type { ComponentType } from "preact";
import { formatList } from "../../i18n/format.ts";
import { Cover } from "../../ui/cover.tsx";
import { Icon } from "../../ui/icon.tsx";
import { online } from "../../state/connection.ts";
import { seriesText } from "./series-part.tsx";
import type { AboutBook } from "./about-part.tsx";
import { text as t } from "./text.ts";

/** The title of the page, or of the panel. */
export type TitleOf = ComponentType<{ children: string }>;

/** Cover, title and authors. */
export function BookHead({ book, Title }: { book: AboutBook; Title: TitleOf }) {
  const { isbn, title, subtitle, authors, series = [], confirmed } = book;
  const isLookedUp = title !== isbn;
  return (
    <>
      <div class="book-cover">
        <Cover isbn={isbn} title={title} size="large" />
      </div>
      <div class="book-title stack">
        <div dir="auto">
          <Title>{title}</Title>
        </div>
        {subtitle && (
          <p class="book-subtitle" dir="auto">
            {subtitle}
          </p>
        )}
        <p dir="auto">{formatList(authors)}</p>
        {series.length > 0 && (
          <p class="quiet" dir="auto">
            {series.map(seriesText).join(" · ")}
          </p>
        )}
        {confirmed === false && (
          <p class="book-badge">
            <Icon name={isLookedUp ? "edit" : "clock"} />
            {t(isLookedUp ? "ownWords" : online.value ? "lookingUp" : "waitsForConnection")}
          </p>
        )}
      </div>
    </>
  );
}
