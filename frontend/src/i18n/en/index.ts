import { administration } from "./administration";
import { alerts } from "./alerts";
import { audit } from "./audit";
import { chat } from "./chat";
import { consumption } from "./consumption";
import { corrections } from "./corrections";
import { credentials } from "./credentials";
import { deliveries } from "./deliveries";
import { desk } from "./desk";
import { devices } from "./devices";
import { front } from "./front";
import { gateways } from "./gateways";
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
import { sites } from "./sites";
import { system } from "./system";
import { tariffs } from "./tariffs";
import { users } from "./users";

/** A file per feature, so that two people can write texts side by side. */
export const en = {
  ...administration,
  ...alerts,
  ...audit,
  ...chat,
  ...consumption,
  ...corrections,
  ...credentials,
  ...deliveries,
  ...desk,
  ...devices,
  ...front,
  ...gateways,
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
  ...sites,
  ...system,
  ...tariffs,
  ...users,
};
