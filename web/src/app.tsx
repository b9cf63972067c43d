import { Component, type ComponentChildren } from "preact";
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from "preact-iso";
import { PATHS } from "./paths.ts";
import { ROUTES } from "./routes.ts";
import { shellText as t } from "./shell-text.ts";
import { session } from "./state/api.ts";
import { online } from "./state/connection.ts";
import { textOfError } from "./state/problem-texts.ts";
import { runningImport } from "./state/running-import.ts";
import { shelf } from "./state/shelf.ts";
import { storageFault } from "./state/storage.ts";
import { reload, updateReady } from "./state/update.ts";
import { LiveRegion } from "./ui/announce.tsx";
import { Button, ButtonLink } from "./ui/button.tsx";
import { FileDrop } from "./ui/file-drop.tsx";
import { Icon, type IconName } from "./ui/icon.tsx";
import { later } from "./ui/later.tsx";
import { PageTitle } from "./ui/page-title.tsx";
import { ErrorState } from "./ui/states.tsx";

/** Links that the app handles itself. The others belong to the service, such as /docs. */
const OWN_LINKS = /^\/(?!docs|openapi\.json|reference|v1|api|admin|health|metrics|ws)/;

const PLACES: readonly (readonly [
  path: string,
  icon: IconName,
  text: "shelf" | "add" | "stats" | "more",
])[] = [
  ["/", "library", "shelf"],
  ["/add", "plus", "add"],
  ["/stats", "chart", "stats"],
  ["/more", "more", "more"],
];

const SignInNotice = later(() => import("./ui/sign-in/sign-in-notice.tsx"));
const StorageNotice = later(() => import("./ui/storage/storage-notice.tsx"));
const RecoveryNotice = later(() => import("./ui/recovery/recovery-notice.tsx"));

/** The frame of every page: navigation, notices, the live region, and the page in `main`. */
export const App = () => (
  <LocationProvider scope={OWN_LINKS}>
    <a class="skip-link" href="#main" onClick={skipToMain}>
      {t("skip")}
    </a>
    <div class="shell">
      <Places />
      <main id="main" class="shell-main" tabIndex={-1}>
        <Notices />
        <Pages />
      </main>
    </div>
    <FileDrop />
    <LiveRegion />
  </LocationProvider>
);

function Pages() {
  const { path: current } = useLocation();
  return (
    <Broken path={current}>
      <ErrorBoundary>
        <Router>
          {PATHS.map((path) => (
            <Route key={path} path={path} component={ROUTES[path]} />
          ))}
          <Route default component={NotFound} />
        </Router>
      </ErrorBoundary>
    </Broken>
  );
}

function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Places() {
  const { path: current } = useLocation();
  return (
    <nav class="places" aria-label={t("places")}>
      <ul role="list">
        {PLACES.map(([path, icon, text]) => (
          <li key={path}>
            <a href={path} aria-current={current === path ? "page" : undefined}>
              <Icon name={icon} />
              {t(text)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/**
 * Notices on every page: no connection or an unreachable service, unsent changes, no account yet,
 * the recovery code, a new version.
 */
function Notices() {
  const waiting = shelf.status.value?.pending ?? 0;
  const failure = shelf.accountFailure.value;
  const isHeld = waiting > 0 && shelf.status.value?.state === "waiting";
  return (
    <div class="notices" role="status">
      {failure !== undefined && session.account.value === undefined && (
        <p class="notice notice-warning">
          <Icon name="warning" />
          <span class="grow">
            {t("noAccountYet")} {textOfError(failure)}
          </span>
        </p>
      )}
      {session.signInNeeded.value && <SignInNotice />}
      {session.unconfirmedRecovery.value && <RecoveryNotice />}
      {(storageFault.value || session.isTemporary.value) && <StorageNotice />}
      {(isHeld || !online.value) && (
        <p class="notice notice-warning">
          <Icon name="offline" />
          <span class="grow">
            {t(online.value ? "takesNothing" : "offline")}{" "}
            {waiting > 0 && t("waiting", { count: waiting })}
          </span>
        </p>
      )}
      <ImportNotice />
      {updateReady.value && (
        <div class="notice">
          <span class="grow">{t("updateReady")}</span>
          <Button icon="refresh" onClick={() => reload(window)}>
            {t("reload")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Shows a running import, or one that has ended unseen, on all pages but its own. */
function ImportNotice() {
  const { path } = useLocation();
  const running = runningImport.value;
  if (running === undefined || path.startsWith("/import")) return null;
  return (
    <div class="notice">
      <span class="grow">{t(running.isDone ? "importDone" : "importRuns")}</span>
      <ButtonLink href={`/import/${running.jobId}`}>{t("importShow")}</ButtonLink>
    </div>
  );
}

const NotFound = () => (
  <div class="stack">
    <PageTitle>{t("notFoundTitle")}</PageTitle>
    <p class="quiet">{t("notFound")}</p>
    <p>
      <ButtonLink icon="library" href="/">
        {t("toShelf")}
      </ButtonLink>
    </p>
  </div>
);

interface BrokenState {
  path: string;
  error?: unknown;
}

/**
 * Shows an error with a way out in place of a page that failed or could not be loaded. Other pages
 * can still be opened.
 */
class Broken extends Component<{ path: string; children: ComponentChildren }, BrokenState> {
  override state: BrokenState = { path: this.props.path };

  static override getDerivedStateFromProps(
    { path }: { path: string },
    state: BrokenState,
  ): Partial<BrokenState> | null {
    return path === state.path ? null : { path, error: undefined };
  }

  override componentDidCatch(error: unknown): void {
    this.setState({ error });
  }

  render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div class="stack">
        <PageTitle>{t("brokenTitle")}</PageTitle>
        <ErrorState error={this.state.error} onRetry={() => reload(window)} />
      </div>
    );
  }
}
