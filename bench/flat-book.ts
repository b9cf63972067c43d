/** The flat book of the first version of the service, which is the only shape that the baseline's transform reads. */
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
