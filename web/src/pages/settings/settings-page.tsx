import { publicApi, session, VERSION } from "../../state/api.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { PageTitle } from "../../ui/page-title.tsx";
import { useLoaded } from "./loaded.ts";
import { Account } from "./parts/account.tsx";
import { Data, Usage } from "./parts/data.tsx";
import { Devices } from "./parts/devices.tsx";
import { Leave } from "./parts/leave.tsx";
import { Look } from "./parts/look.tsx";
import { Section, WhenLoaded } from "./parts/section.tsx";
import { text as t } from "./text.ts";
import "./settings.css";

/** `/settings`: the app on this device, the account and its devices, the user's data. */
export default function SettingsPage() {
  // The content belongs to this account, and is loaded again for another one.
  const userId = session.account.value?.userId;
  return (
    <div class="settings">
      <PageTitle>{t("title")}</PageTitle>
      <Look />
      <Account />
      {userId !== undefined && (
        <>
          <Devices key={`devices ${userId}`} />
          <Data />
          <Usage key={`usage ${userId}`} />
        </>
      )}
      <Leave />
      <About />
    </div>
  );
}

function About() {
  const loaded = useLoaded(() => publicApi.capabilities());
  return (
    <Section title={t("about")}>
      <WhenLoaded loaded={loaded}>
        {({ version }) => <p>{t("version", { service: version, app: VERSION })}</p>}
      </WhenLoaded>
      <p>{t("source")}</p>
      <div class="row">
        <ButtonLink icon="link" href="/docs">
          {t("api")}
        </ButtonLink>
      </div>
    </Section>
  );
}
