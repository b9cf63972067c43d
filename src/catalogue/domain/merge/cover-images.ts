import type { Book } from "../../../../contract/catalogue.ts";
import { decodeEntities } from "../text/clean-text.ts";
import { asObject, present } from "../text/json-values.ts";
import { textOf } from "./normalise.ts";

const MAX_URL_LENGTH = 2_048;

/** A host, then anything but spaces, quotation marks, brackets and control characters. */
const WEB_ADDRESS = /^(?:https?:)?\/\/([\w.-]+(?::\d+)?(?:[/?#][^\s"'<>\\^`{|}\p{Cc}]*)?)$/iu;

/**
 * Placeholder images: Open Library's ids below 1 (`/b/id/-1-L.jpg`), and the file names that shops and catalogues use.
 * Google's placeholder has a cover's URL and cannot be distinguished from one.
 */
const PLACEHOLDERS: readonly RegExp[] = [
  /covers\.openlibrary\.org\/[abw]\/id\/(?:-\d+|0+|null|undefined|none)?(?:-[sml])?\.jpg/i,
  /[/_.-](?:no[-_]?(?:photo|cover|image|img|pic|thumb|book[-_]?cover)|(?:image|cover|photo)[-_]?(?:not|un|coming)[-_]?(?:available|found|soon)|(?:image|cover|photo)[-_]?missing|missing[-_]?(?:image|cover)|placeholder|avatar[-_]?book|(?:default|blank|empty|generic|dummy)[-_]?(?:cover|image|book)?|spacer|pixel|transparent|1x1)(?![a-z])/i,
];

/** The paths under which Google serves covers. */
const GOOGLE_CONTENT = /^books\.google\.[a-z.]+\/books\/(?:content|publisher\/content)/i;

/**
 * Google's cover without the drawn page curl (`edge`), and not as a thumbnail (`zoom=5`, 80 pixels
 * wide). The URL is otherwise the same for all sizes.
 */
function plainGoogleCover(address: string): string {
  return address
    .replace(/([?&])edge=[^&]*(?:&|$)/g, "$1")
    .replace(/([?&]zoom=)5(?=&|$)/, "$11")
    .replace(/[?&]$/, "");
}

/** The URL of an image, with https. Undefined for another scheme, for text that is not a URL, and for a placeholder. */
export function toImageUrl(value: unknown): string | undefined {
  const text = decodeEntities(textOf(value) ?? "").trim();
  if (text.length > MAX_URL_LENGTH) return undefined;
  const address = WEB_ADDRESS.exec(text)?.[1];
  if (address === undefined) return undefined;
  const path = address.replace(/[?#].*$/, "");
  if (PLACEHOLDERS.some((placeholder) => placeholder.test(path))) return undefined;
  const plain = GOOGLE_CONTENT.test(address) ? plainGoogleCover(address) : address;
  return `https://${plain.replace(/^([\w.-]+):80(?!\d)/, "$1")}`;
}

/** The image fields of a book. */
export type Covers = Pick<Book, "imageLinks" | "coverUrl">;

/** Candidates for the three sizes, best first, and for the cover itself if the source names one separately. */
export interface CoverCandidates {
  readonly thumbnail?: readonly unknown[];
  readonly medium?: readonly unknown[];
  readonly large?: readonly unknown[];
  readonly cover?: readonly unknown[];
}

function firstUrl(candidates: readonly unknown[] = []): string | undefined {
  for (const candidate of candidates) {
    const url = toImageUrl(candidate);
    if (url !== undefined) return url;
  }
  return undefined;
}

/** The images of a book. `coverUrl` is the source's own cover, or the largest image. */
export function toCovers(candidates: CoverCandidates): Covers {
  const links = present({
    thumbnail: firstUrl(candidates.thumbnail),
    medium: firstUrl(candidates.medium),
    large: firstUrl(candidates.large),
  });
  const hasLinks = Object.keys(links).length > 0;
  return present({
    imageLinks: hasLinks ? links : undefined,
    coverUrl: firstUrl(candidates.cover) ?? links.large ?? links.medium ?? links.thumbnail,
  });
}

/**
 * The images in an `imageLinks` object with Google's names of sizes, which the service's own old entries use too.
 * `others` are candidates from elsewhere; they rank after those of the links.
 */
export function toCoversOfLinks(imageLinks: unknown, others: CoverCandidates = {}): Covers {
  const links = asObject(imageLinks) ?? {};
  return toCovers({
    thumbnail: [links["thumbnail"], links["smallThumbnail"], ...(others.thumbnail ?? [])],
    medium: [links["medium"], links["small"], ...(others.medium ?? [])],
    large: [links["large"], links["extraLarge"], ...(others.large ?? [])],
    cover: others.cover ?? [],
  });
}
