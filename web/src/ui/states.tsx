import type { ComponentChildren } from "preact";
import { requestIdOf, textOfError } from "../state/problem-texts.ts";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { uiText as t } from "./text.ts";

/** The first steps on a page without content. @param props.children buttons for them */
export function EmptyState({
  icon = "library",
  title,
  text,
  children,
}: {
  icon?: IconName;
  title: string;
  text?: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="state">
      <Icon name={icon} />
      <h2>{title}</h2>
      {text && <p class="quiet">{text}</p>}
      {children && <div class="row">{children}</div>}
    </div>
  );
}

/** Grey rows while content is loading. @param props.rows the expected number of rows */
export function LoadingState({ rows = 3 }: { rows?: number }) {
  return (
    <div class="stack" aria-busy="true">
      <span class="visually-hidden">{t("loading")}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} class="skeleton" />
      ))}
    </div>
  );
}

/**
 * A failure in the app's words, with a way out. Unknown failures show the service's text and the
 * request id.
 */
export function ErrorState({
  error,
  onRetry,
}: {
  error: unknown;
  onRetry?: (() => void) | undefined;
}) {
  const id = requestIdOf(error);
  return (
    <div class="notice notice-error" role="alert">
      <div class="grow">
        <p>{textOfError(error)}</p>
        {id !== undefined && <p class="quiet">{t("requestId", { id })}</p>}
      </div>
      {onRetry && (
        <Button icon="refresh" onClick={onRetry}>
          {t("retry")}
        </Button>
      )}
    </div>
  );
}

/** Shown in place of content that requires a connection. */
export function OfflineState() {
  return <EmptyState icon="offline" title={t("offlineTitle")} text={t("offline")} />;
}
