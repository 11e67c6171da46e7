import type { Texts } from "../translated";
import { administration } from "./administration";
import { alerts } from "./alerts";
import { app } from "./app";
import { audit } from "./audit";
import { chat } from "./chat";
import { consumption } from "./consumption";
import { corrections } from "./corrections";
import { credentials } from "./credentials";
import { deliveries } from "./deliveries";
import { desk } from "./desk";
import { devices } from "./devices";
import { gateways } from "./gateways";
import { general } from "./general";
import { inbox } from "./inbox";
import { knowledge } from "./knowledge";
import { model } from "./model";
import { myDevices } from "./my-devices";
import { notifications } from "./notifications";
import { overview } from "./overview";
import { people } from "./people";
import { profile } from "./profile";
import { rejected } from "./rejected";
import { ring } from "./ring";
import { rules } from "./rules";
import { session } from "./session";
import { sites } from "./sites";
import { system } from "./system";
import { tariffs } from "./tariffs";
import { users } from "./users";

export const ro: Texts = {
  ...administration,
  ...alerts,
  ...app,
  ...audit,
  ...chat,
  ...consumption,
  ...corrections,
  ...credentials,
  ...deliveries,
  ...desk,
  ...devices,
  ...gateways,
  ...general,
  ...inbox,
  ...knowledge,
  ...model,
  ...myDevices,
  ...notifications,
  ...overview,
  ...people,
  ...profile,
  ...rejected,
  ...ring,
  ...rules,
  ...session,
  ...sites,
  ...system,
  ...tariffs,
  ...users,
};
