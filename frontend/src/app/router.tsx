import type { ComponentType } from "react";
import { createBrowserRouter } from "react-router";

import { loadTexts } from "@/i18n";
import { Crashed, NotFound } from "./errors";
import { AdministratorsOnly, Home, SignedInOnly, SignedOutOnly, StaffOnly } from "./guards";
import { Starting } from "./starting";

type Loaded = Promise<Record<string, unknown>>;

/** A page whose code comes when it is gone to. */
function page(load: () => Loaded, name: string) {
  return async () => ({ Component: (await load())[name] as ComponentType });
}

async function shell(): Loaded {
  const [loaded] = await Promise.all([import("./shell"), loadTexts()]);
  return loaded;
}

const session = () => import("@/features/session");
const consumption = () => import("@/features/consumption");
const corrections = () => import("@/features/corrections");
const inbox = () => import("@/features/inbox");
const devices = () => import("@/features/devices");
const myDevices = () => import("@/features/my-devices");
const gateways = () => import("@/features/gateways");
const sites = () => import("@/features/sites");
const users = () => import("@/features/users");
const tariffs = () => import("@/features/tariffs");
const system = () => import("@/features/system");
const rules = () => import("@/features/rules");

/** The page of a device has the rules of the device in it; neither feature knows the other. */
const rulesWithin = [{ index: true, lazy: page(rules, "DeviceRules") }];

export const router = createBrowserRouter([
  {
    ErrorBoundary: Crashed,
    HydrateFallback: Starting,
    children: [
      {
        Component: SignedOutOnly,
        children: [
          { path: "sign-in", lazy: page(session, "SignInPage") },
          { path: "forgot-password", lazy: page(session, "ForgotPasswordPage") },
        ],
      },
      { path: "set-password", lazy: page(session, "SetPasswordPage") },
      {
        Component: SignedInOnly,
        children: [
          {
            lazy: page(shell, "Shell"),
            ErrorBoundary: Crashed,
            children: [
              { index: true, Component: Home },
              { path: "overview", lazy: page(() => import("@/features/overview"), "OverviewPage") },
              { path: "consumption", lazy: page(consumption, "ConsumptionPage") },
              { path: "my-devices", lazy: page(myDevices, "MyDevicesPage") },
              { path: "my-devices/:deviceId", lazy: page(myDevices, "MyDevicePage"), children: rulesWithin },
              { path: "alerts", lazy: page(() => import("@/features/alerts"), "AlertsPage") },
              { path: "profile", lazy: page(() => import("@/features/profile"), "ProfilePage") },
              {
                Component: StaffOnly,
                children: [
                  { path: "administration", lazy: page(() => import("@/features/administration"), "AdministrationPage") },
                  { path: "users", lazy: page(users, "UsersPage") },
                  { path: "users/:userId", lazy: page(users, "UserPage") },
                  { path: "devices", lazy: page(devices, "DevicesPage") },
                  { path: "devices/:deviceId", lazy: page(devices, "DevicePage"), children: rulesWithin },
                  { path: "sites", lazy: page(sites, "SitesPage") },
                  { path: "sites/:siteId", lazy: page(sites, "SitePage") },
                  { path: "gateways", lazy: page(gateways, "GatewaysPage") },
                  { path: "gateways/:gatewayId", lazy: page(gateways, "GatewayPage") },
                  { path: "tariffs", lazy: page(tariffs, "TariffsPage") },
                  { path: "tariffs/:tariffId", lazy: page(tariffs, "TariffPage") },
                  { path: "rules", lazy: page(rules, "DefaultRulesPage") },
                  { path: "completeness", lazy: page(corrections, "CompletenessPage") },
                  { path: "corrections", lazy: page(corrections, "CorrectionsPage") },
                  { path: "knowledge", lazy: page(() => import("@/features/knowledge"), "KnowledgePage") },
                  { path: "model", lazy: page(() => import("@/features/model"), "ModelPage") },
                  { path: "inbox/:conversationId?", lazy: page(inbox, "InboxPage") },
                  { path: "rejected", lazy: page(() => import("@/features/rejected"), "RejectedPage") },
                  { path: "desk", lazy: page(() => import("@/features/desk"), "DeskPage") },
                  { path: "system", lazy: page(system, "SystemPage") },
                  {
                    Component: AdministratorsOnly,
                    children: [{ path: "dead-letters", lazy: page(system, "DeadLettersPage") }],
                  },
                  { path: "deliveries", lazy: page(() => import("@/features/deliveries"), "DeliveriesPage") },
                  { path: "ring", lazy: page(() => import("@/features/ring"), "RingPage") },
                  { path: "audit", lazy: page(() => import("@/features/audit"), "AuditPage") },
                ],
              },
              { path: "*", Component: NotFound },
            ],
          },
        ],
      },
    ],
  },
]);
