import { useEffect } from "preact/hooks";
import { session } from "../../state/api.ts";
import { shelf } from "../../state/shelf.ts";
import { storageFault } from "../../state/storage.ts";
import { Icon } from "../icon.tsx";
import { storageText as t } from "./text.ts";

/**
 * Shown on every page while the browser stores nothing: what is stored, what is not, and what is
 * unsent. Meanwhile the browser asks before it closes the page.
 */
export default function StorageNotice() {
  const fault = storageFault.value;
  const waiting = shelf.status.value?.pending ?? 0;
  const isAtRisk = fault !== undefined && waiting > 0;
  useEffect(() => {
    if (!isAtRisk) return;
    const ask = (event: Event): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isAtRisk]);
  return (
    <p class="notice notice-warning">
      <Icon name="warning" />
      <span class="grow">
        {fault !== undefined && `${t(TEXTS[fault] ?? "none")} `}
        {fault !== undefined && (isAtRisk ? t("waiting", { count: waiting }) : t("sent"))}{" "}
        {session.isTemporary.value && t("account")}
      </span>
    </p>
  );
}

const TEXTS: Readonly<Record<string, "full" | "blocked">> = {
  STORAGE_FULL: "full",
  STORAGE_BLOCKED: "blocked",
};
