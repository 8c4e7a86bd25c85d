// Generated from the files of this folder by `npm run generate`. Do not edit.
import aclTemplate from "./acl-template";
import adminSettings from "./admin-settings";
import application from "./application";
import exportLocation from "./export-location";
import groupMapping from "./group-mapping";
import roleGroup from "./role-group";
import shieldAllowList from "./shield-allow-list";
import storage from "./storage";
import team from "./team";
import teamSettings from "./team-settings";
import userGroup from "./user-group";
import userGroupSettings from "./user-group-settings";
import type { Definition } from "../definition";

/** Every kind of iconik object, by the name of its class. */
export const kinds: Readonly<Record<string, Definition>> = Object.fromEntries(
  [
    aclTemplate,
    adminSettings,
    application,
    exportLocation,
    groupMapping,
    roleGroup,
    shieldAllowList,
    storage,
    team,
    teamSettings,
    userGroup,
    userGroupSettings,
  ].map((definition) => [definition.kind, definition]),
);
