import { shelf } from "../../state/shelf.ts";
import { later } from "../../ui/later.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { ErrorState, LoadingState } from "../../ui/states.tsx";
import { StartScreen } from "./start/start-screen.tsx";
import { startText as t } from "./start/text.ts";
import "./shelf.css";

const BooksView = later(() => import("./books-view.tsx"));

/** `/`: the books of the user, or the first steps. */
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
  if (phase === "loading") return <LoadingState rows={6} />;
  if (phase === "failed") {
    return <ErrorState error={shelf.error.value} onRetry={() => location.reload()} />;
  }
  if (phase === "empty" || shelf.books.value.length === 0) {
    return <StartScreen isFirst={phase === "empty"} />;
  }
  return <BooksView />;
}
