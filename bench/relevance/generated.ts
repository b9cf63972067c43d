import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import { seededRandom } from "../../test/tools/stand-in/random.ts";
import type { ListedBook } from "./listed-book.ts";

const FIRST =
  "Ada Ben Cleo Dora Emil Fay Gus Hana Ivo June Karl Lena Milo Nora Otto Pia Quinn Rosa Sven Tilda".split(
    " ",
  );
const SYLLABLES = "bar cor dal fen gar hol kel lam mor nes pol rin sal tor ven wil".split(" ");
const ENDINGS = "ton ley man well field ford wick sen ard".split(" ");
const THINGS =
  "river mountain garden winter shadow mirror lantern orchard harbour whisper thunder island forest kingdom daughter stranger silence promise journey machine painter".split(
    " ",
  );
const QUALITIES =
  "silent broken golden hidden distant crooked burning forgotten hollow crimson restless patient".split(
    " ",
  );

/** Generates titles of the shapes that occur in shops: articles, subtitles, series with numbers, initials, books about authors. */
export function generatedTitles(count: number): ListedBook[] {
  const random = seededRandom(23);
  const pick = (words: readonly string[]): string =>
    words[Math.floor(random() * words.length)] ?? "";
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const family = (): string => capital(pick(SYLLABLES) + pick(SYLLABLES) + pick(ENDINGS));
  const authors = Array.from({ length: Math.ceil(count / 6) }, () => {
    const initial =
      random() < 0.2 ? ` ${String.fromCharCode(65 + Math.floor(random() * 26))}.` : "";
    return `${pick(FIRST)}${initial} ${family()}`;
  });
  const place = (): string => capital(pick(SYLLABLES) + pick(SYLLABLES) + pick(SYLLABLES));
  const shapes = [
    () => `The ${place()} ${capital(pick(THINGS))}`,
    () => `${place()} and the ${capital(pick(QUALITIES))} ${capital(pick(THINGS))}`,
    () => `A ${family()} ${capital(pick(THINGS))} in ${place()}`,
    () => `${place()}: The ${capital(pick(QUALITIES))} ${capital(pick(THINGS))}`,
    () => `The ${family()} ${capital(pick(THINGS))}'s ${capital(pick(THINGS))}`,
  ];
  const series = Array.from(
    { length: Math.ceil(count / 12) },
    () => `${place()} ${capital(pick(THINGS))}s`,
  );
  return generatedBooks(count).map(({ isbn13 }, index) => {
    const author = authors[Math.floor(random() * authors.length)] ?? "";
    if (index % 40 === 0) {
      return { isbn: isbn13, title: `${author}: A Life`, authors: [`${pick(FIRST)} ${family()}`] };
    }
    const title = shapes[index % shapes.length]?.() ?? "";
    const [name] = [series[Math.floor(index / 6) % series.length]];
    const marked = index % 3 === 0 ? `${title} (${name}, #${1 + (index % 6)})` : title;
    return { isbn: isbn13, title: marked, authors: [author] };
  });
}
