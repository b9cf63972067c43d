import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { PageTitle } from "../../ui/page-title.tsx";
import { SignInForm } from "../../ui/sign-in/sign-in-form.tsx";
import { text as t } from "./text.ts";

/** `/pair`: where the QR code of another device leads. The code is behind the #, which no server sees. */
export default function PairPage() {
  const { route } = useLocation();
  const code = useSignal(location.hash.slice(1));
  useEffect(() => {
    // It stays out of the history and of what the user copies.
    if (location.hash !== "") history.replaceState(history.state, "", location.pathname);
  }, []);
  return (
    <div class="stack">
      <PageTitle>{t("title")}</PageTitle>
      <p>{t(code.value === "" ? "about" : "agree")}</p>
      <SignInForm code={code.value} onDone={() => route("/")} />
    </div>
  );
}
