/** Fields whose values mean something for security, in words. Everything else is told as it is written. */

import { tiers, tierWords } from "../roles";
import { quoted, series } from "./words";

export interface Meaning {
  says: string;
  /** `loose`: protects less than before; `strict`: more. `grave`: nobody should loosen it in passing. */
  sense: "loose" | "strict" | "neutral";
  grave?: boolean;
}

/** What another value means. `was` is undefined where it is not known. */
type Reading = (is: unknown, was: unknown) => Meaning | undefined;

/** By `kind.path`. */
export const meanings: Readonly<Record<string, Reading>> = {
  "AdminSettings.externalShare": grave(
    loosensWhen(
      true,
      "people may share with guests outside the tenant",
      "nobody may share with guests outside the tenant any more, and shares that exist end",
    ),
  ),
  "AdminSettings.supportAccess": grave(
    loosensWhen(true, "iconik's support may look at assets", "iconik's support may no longer look at assets"),
  ),
  "AdminSettings.mfaRequired": grave(
    loosensWhen(false, "a second factor is no longer required at login", "everybody must log in with a second factor"),
  ),
  "AdminSettings.samlRequireGroups": grave(
    loosensWhen(false, "SAML logins without a known group are let in", "SAML logins without a known group are refused"),
  ),
  "AdminSettings.searchUsersFromShare": loosensWhen(
    true,
    "users can be searched for when sharing",
    "users can no longer be searched for when sharing",
  ),
  "AdminSettings.allowShareMagicLinkCreation": loosensWhen(
    true,
    "shares can be opened by a link sent by e-mail",
    "shares can no longer be opened by a link sent by e-mail",
  ),
  "AdminSettings.requireLimitDownloadGroups": loosensWhen(
    false,
    "downloads are no longer limited by group",
    "downloads are limited by group",
  ),
  "AdminSettings.updateSamlPrimaryGroupOnLogin": loosensWhen(
    true,
    "SAML logins set people's primary group anew",
    "SAML logins leave people's primary group alone",
  ),
  "AdminSettings.lockMappedCollections": loosensWhen(
    false,
    "collections that mirror folders can be changed by hand",
    "collections that mirror folders can no longer be changed by hand",
  ),
  "AdminSettings.mfaMethods": (is, was) => ({
    says: `second factors on offer: ${listed(is)}${was === undefined ? "" : ` instead of ${listed(was)}`}`,
    sense: holdsMore(is, was) ? "loose" : texts(is).length > 0 && holdsMore(was, is) ? "strict" : "neutral",
  }),
  "AdminSettings.corsHosts": (is, was) => ({
    says: `web pages that may call iconik's API: ${listed(is)}${was === undefined ? "" : ` instead of ${listed(was)}`}`,
    sense: holdsMore(is, was) ? "loose" : "strict",
  }),
  "AdminSettings.defaultAppTokenTtl": lifetime("tokens of applications"),
  "AdminSettings.defaultUserTokenTtl": lifetime("tokens of people"),
  "AdminSettings.defaultRefreshTokenTtl": lifetime("refresh tokens"),
  "AdminSettings.passwordChecks.minLength": atLeast("characters"),
  "AdminSettings.passwordChecks.digits": atLeast("digits"),
  "AdminSettings.passwordChecks.lowercase": atLeast("lower-case letters"),
  "AdminSettings.passwordChecks.uppercase": atLeast("upper-case letters"),
  "AdminSettings.passwordChecks.specialSymbols": atLeast("other characters"),
  "AdminSettings.defaultShareOptions.requirePassword": loosensWhen(
    false,
    "a new share wants no password",
    "a new share wants a password",
  ),
  "AdminSettings.defaultShareOptions.showWatermark": loosensWhen(
    false,
    "a new share shows no watermark",
    "a new share shows a watermark",
  ),
  ...shareOptions({
    allowDownload: "download originals",
    allowDownloadProxy: "download proxies",
    allowUpload: "upload",
    allowApprovingComments: "approve comments",
    allowComments: "comment",
    allowCustomActions: "run custom actions",
    allowSettingApproveStatus: "set the approval status",
    allowViewTranscriptions: "see transcriptions",
    allowViewVersions: "see versions",
  }),
  "UserGroup.defaultUserType": userType,
  "Team.defaultUserType": userType,
  "RoleGroup.defaultUserType": userType,
  "ShieldAllowList.enabled": grave(
    loosensWhen(
      false,
      "Shield is switched off: people and programs may come from any address",
      "Shield is switched on: whoever comes from elsewhere is shut out; it has a monthly price",
    ),
  ),
  "Storage.read": loosensWhen(true, "iconik may read files here", "iconik may no longer read files here"),
  "Storage.write": loosensWhen(true, "iconik may write files here", "iconik may no longer write files here"),
  "Storage.delete": loosensWhen(
    true,
    "iconik may delete files here, when assets are purged",
    "iconik may no longer delete files here",
  ),
  "Storage.scan": (is) =>
    flag(is, "iconik looks for new files here", "iconik no longer looks for new files here", "neutral"),
  "Storage.default": (is) =>
    flag(
      is,
      "uploads of this purpose go here unless people choose another storage",
      "uploads of this purpose no longer go here by themselves",
      "neutral",
    ),
  "Application.token.lifetimeDays": (is, was) => ({
    says:
      is === undefined
        ? "its token lives as long as the tenant's own rule says"
        : `its token lives for ${String(is)} days${was === undefined ? "" : ` instead of ${String(was)}`}`,
    sense: typeof is === "number" && typeof was === "number" && is < was ? "strict" : "loose",
  }),
  "Application.token.rotate": () => ({
    says: "a new token is made, and the old one is revoked once the new one works",
    sense: "neutral",
  }),
};

/**
 * What it means that a value is set no more: iconik's own value counts then, and no document says which that is. Only
 * where the value was the loosest that there is can it protect no less.
 */
export function unset(reading: Reading, was: unknown, says: string): Meaning {
  const before = reading(was, undefined);
  const isLoosest = before?.sense === "loose" && (typeof was === "boolean" || was === tiers.at(-1));
  return {
    says: `${says}; what iconik then does is documented nowhere`,
    sense: isLoosest ? "neutral" : "loose",
    ...(before?.grave && { grave: true }),
  };
}

function grave(reading: Reading): Reading {
  return (is, was) => {
    const meaning = reading(is, was);
    return meaning && { ...meaning, grave: true };
  };
}

function loosensWhen(loose: boolean, whenLoose: string, whenStrict: string): Reading {
  return (is) => {
    if (typeof is !== "boolean") return undefined;
    return is === loose ? { says: whenLoose, sense: "loose" } : { says: whenStrict, sense: "strict" };
  };
}

function flag(is: unknown, yes: string, no: string, sense: Meaning["sense"]): Meaning | undefined {
  return typeof is === "boolean" ? { says: is ? yes : no, sense } : undefined;
}

function shareOptions(deeds: Readonly<Record<string, string>>): Record<string, Reading> {
  return Object.fromEntries(
    Object.entries(deeds).map(([name, deed]) => [
      `AdminSettings.defaultShareOptions.${name}`,
      loosensWhen(true, `guests of a new share may ${deed}`, `guests of a new share may not ${deed}`),
    ]),
  );
}

function atLeast(what: string): Reading {
  return (is, was) =>
    typeof is !== "number"
      ? undefined
      : {
          says: `a password needs at least ${is} ${what}${typeof was === "number" ? ` instead of ${was}` : ""}`,
          sense: typeof was !== "number" ? "neutral" : is < was ? "loose" : "strict",
        };
}

function lifetime(what: string): Reading {
  return (is, was) =>
    typeof is !== "number"
      ? undefined
      : {
          says: `${what} live for ${duration(is)}${typeof was === "number" ? ` instead of ${duration(was)}` : ""}`,
          sense: typeof was !== "number" ? "neutral" : is > was ? "loose" : "strict",
        };
}

/** Newer tenants give everything that the type allows to whoever is in no role group, older ones bound their roles by it. */
function userType(is: unknown, was: unknown): Meaning | undefined {
  const [now, old] = [is, was].map((type) => (tiers as readonly unknown[]).indexOf(type)) as [number, number];
  if (now < 0) return undefined;
  const name = (rank: number) => tierWords[tiers[rank]!];
  return {
    says: `people who join iconik through it get the user type ${name(now)}${old < 0 ? "" : ` instead of ${name(old)}`}`,
    sense: old < 0 || now > old ? "loose" : "strict",
  };
}

function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
  ];
  const [size, unit] = units.find(([length]) => seconds >= length && seconds % length === 0) ?? [1, "second"];
  return `${seconds / size} ${unit}${seconds === size ? "" : "s"}`;
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const listed = (value: unknown): string => (texts(value).length === 0 ? "none" : series(texts(value).map(quoted)));
const holdsMore = (is: unknown, was: unknown): boolean => texts(is).some((one) => !texts(was).includes(one));
