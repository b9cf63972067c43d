import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { PageTitle } from "../../ui/page-title.tsx";
import { SignInForm } from "../../ui/sign-in/sign-in-form.tsx";
import { text as t } from "./text.ts";

/**
 * `/pair`: the target of another device's QR code. The code is in the fragment, which no server
 * sees.
 */
export default function PairPage() {
  const { route } = useLocation();
  const code = useSignal(location.hash.slice(1));
  useEffect(() => {
    // Removes the code from the history and from copied URLs.
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
