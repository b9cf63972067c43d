import { PageTitle } from "../../ui/page-title.tsx";
import { BookView } from "./book-view.tsx";

/** `/book/:isbn`: one book. */
export default function BookPage({ params }: { params: Readonly<Record<string, string>> }) {
  const isbn = params["isbn"] ?? "";
  return <BookView key={isbn} isbn={isbn} Title={PageTitle} />;
}
