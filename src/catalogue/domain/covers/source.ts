import type { Book } from "../../../../contract/catalogue.ts";
import type { ProviderId } from "../provider.ts";

/** Widths that can be requested, in pixels. */
export const COVER_WIDTHS = [160, 320, 640] as const;
export type CoverWidth = (typeof COVER_WIDTHS)[number];

/** An image to fetch: its URL, and the provider whose limits apply. */
export interface CoverSource {
  readonly provider: ProviderId;
  readonly url: string;
}

/** Where covers come from. */
export interface CoverHosts {
  /** Replaces https://covers.openlibrary.org. */
  readonly openLibrary: string;
  /** Replaces Google's hosts, in tests. */
  readonly google?: string | undefined;
}

type Size = "thumbnail" | "medium" | "large";

/** The sizes to try, the nearest first. */
const SIZES: Readonly<Record<CoverWidth, readonly Size[]>> = {
  160: ["medium", "thumbnail", "large"],
  320: ["large", "medium", "thumbnail"],
  640: ["large", "medium", "thumbnail"],
};
const OPEN_LIBRARY = /^https:\/\/covers\.openlibrary\.org(?=\/)/;
const GOOGLE =
  /^https:\/\/(?:books\.google\.com|books\.googleusercontent\.com|lh3\.googleusercontent\.com)(?=\/)/;

/**
 * Where to fetch a book's cover, the nearest size first. Images that are not on the two providers'
 * own hosts are skipped, so that a stored URL cannot make the service fetch from another host.
 */
export function coverSources(book: Book, width: CoverWidth, hosts: CoverHosts): CoverSource[] {
  const links = book.imageLinks ?? {};
  const urls = [...SIZES[width].map((size) => links[size]), book.coverUrl];
  const sources = urls.flatMap((url) => (url === undefined ? [] : sourceOf(url, hosts)));
  return [...new Map(sources.map((source) => [source.url, source])).values()];
}

function sourceOf(url: string, { openLibrary, google }: CoverHosts): CoverSource[] {
  if (OPEN_LIBRARY.test(url)) {
    // Without the parameter a missing cover is a blank image.
    const moved = url.replace(OPEN_LIBRARY, openLibrary);
    const mark = moved.includes("?") ? "&" : "?";
    return [{ provider: "openlibrary", url: `${moved}${mark}default=false` }];
  }
  if (!GOOGLE.test(url)) return [];
  return [
    { provider: "google-books", url: google === undefined ? url : url.replace(GOOGLE, google) },
  ];
}
