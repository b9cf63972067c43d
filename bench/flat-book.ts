/** The flat book of the first version: the one shape that the plan's transform reads. */
export interface FlatBook {
  title: string;
  authors: string[];
  publishedDate: string;
  publisher: string;
  pageCount: number;
  language: string;
  categories: string[];
  description: string;
  imageLinks: { thumbnail: string; large: string };
}
