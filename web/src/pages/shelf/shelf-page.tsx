import { shelf } from "../../state/shelf.ts";
import { later } from "../../ui/later.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { ErrorState, LoadingState } from "../../ui/states.tsx";
import { StartScreen } from "./start/start-screen.tsx";
import { startText as t } from "./start/text.ts";
import "./shelf.css";

const loadingRows = () => <LoadingState rows={6} />;
const BooksView = later(() => import("./books-view.tsx"), loadingRows);

/** `/`: the user's books, or the first steps. */
export default function ShelfPage() {
  return (
    <>
      <div class="shelf-title">
        <PageTitle>{t("title")}</PageTitle>
      </div>
      <Content />
    </>
  );
}

function Content() {
  const phase = shelf.phase.value;
  if (phase === "failed") {
    return <ErrorState error={shelf.error.value} onRetry={() => location.reload()} />;
  }
  if (phase !== "loading" && shelf.books.value.length === 0) {
    return <StartScreen isFirst={phase === "empty"} />;
  }
  // The view's chunk and the books are loaded concurrently.
  return <BooksView />;
}
