import { parse as isbn3Parse } from "isbn3";
import { parseIsbn } from "../../src/catalogue/domain/isbn/isbn.ts";
import type { BenchCase, Line } from "../case.ts";
import { atLeast } from "../figure.ts";
import { percent, perSecond } from "../format.ts";
import { isbnTexts, WRITINGS, type IsbnText } from "../peers/isbn-texts.ts";
import { median } from "../statistics.ts";

const TEXTS = 10_000;
const ROUNDS = 9;

type Parse = (text: string) => string | undefined;

const own: Parse = (text) => {
  const parsed = parseIsbn(text);
  return parsed.ok ? parsed.isbn.isbn13 : undefined;
};
const suggested: Parse = (text) => {
  const parsed = parseIsbn(text);
  return parsed.ok ? parsed.isbn.isbn13 : parsed.suggestions[0];
};
const peer: Parse = (text) => isbn3Parse(text)?.isbn13;

export const peersIsbn: BenchCase = {
  name: "peers-isbn",
  title: `Parsing and validating ISBNs, against isbn3 (${TEXTS.toLocaleString("en")} texts)`,
  about: `The same texts in the same process, in turns: the median of ${ROUNDS} rounds. isbn3 finds the ranges of each number too, which this service does
only to show it; a refusal of this service says what is wrong. The ISBNs that may have been meant are found when they are read, which isbn3 does not
offer; they are measured apart. Then, for each way of writing a number, how many texts are understood: as their book, or as no book.`,
  async run() {
    const plain = isbnTexts("13 digits", TEXTS);
    const written = Object.entries(WRITINGS).flatMap(([writing, { isValid }]) =>
      isbnTexts(writing, TEXTS / 10).map((text) => ({ ...text, isValid })),
    );
    const valid = written.filter(({ isValid }) => isValid);
    const wrong = written.filter(({ isValid }) => !isValid);
    const verdicts = Object.keys(WRITINGS).map((writing): Line => {
      const texts = isbnTexts(writing, TEXTS);
      const share = rightShare(own, texts);
      return {
        what: `right: ${writing}`,
        measured: percent(share),
        baseline: percent(rightShare(peer, texts)),
        ...atLeast(share, 1, "100 %"),
      };
    });
    const times = {
      plain: timesOf(plain),
      valid: timesOf(valid),
      wrong: timesOf(wrong),
      suggested: timesOf(wrong, suggested),
    };
    return {
      lines: [
        speed("13 digits, per second", plain.length, times.plain),
        speed("valid numbers in all writings, per second", valid.length, times.valid),
        speed("wrong numbers, per second", wrong.length, times.wrong),
        speed("wrong numbers with suggestions, per second", wrong.length, times.suggested),
        ...verdicts,
      ],
      data: { texts: TEXTS, times },
    };
  },
};

interface Times {
  readonly own: readonly number[];
  readonly peer: readonly number[];
}

function timesOf(texts: readonly IsbnText[], parse = own): Times {
  const times = { own: [] as number[], peer: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.own.push(timeOf(parse, texts));
    times.peer.push(timeOf(peer, texts));
  }
  return times;
}

function timeOf(parse: Parse, texts: readonly IsbnText[]): number {
  const from = performance.now();
  for (const { text } of texts) parse(text);
  return performance.now() - from;
}

function speed(what: string, count: number, times: Times): Line {
  const [ms, peerMs] = [median(times.own), median(times.peer)];
  return {
    what,
    measured: perSecond((1000 * count) / ms),
    baseline: perSecond((1000 * count) / peerMs),
    ratio: peerMs / ms,
  };
}

const rightShare = (parse: Parse, texts: readonly IsbnText[]): number =>
  texts.filter(({ text, isbn13 }) => parse(text) === isbn13).length / texts.length;
