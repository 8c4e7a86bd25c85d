// Generated from the kinds by `npm run generate`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import type { Role } from "../roles";
import type { Access, BuiltIn, Clear, Clearable, Existing, KeptAccess, Reference } from "./inputs";
import { IconikResource, type IconikResourceOptions } from "./resource";

/** Arguments of {@link AclTemplate}. */
export interface AclTemplateArgs {
  /** What people call the template. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /** Who may do what with assets made under this template. */
  access?: Access;
}

/**
 * Who gets access to assets that are uploaded from now on. A change never touches assets that exist already.
 *
 * @example
 * new iconik.AclTemplate("Default upload", { access: { groups: [{ group: { existing: "Everyone" }, permissions: ["read"] }] } });
 */
export class AclTemplate extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:AclTemplate";
  /** What people call the template. */
  declare readonly name: pulumi.Output<string>;
  /** Who may do what with assets made under this template. */
  declare readonly access: pulumi.Output<KeptAccess | undefined>;

  constructor(name: string, args: AclTemplateArgs = {}, opts?: IconikResourceOptions) {
    super("AclTemplate", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): AclTemplate {
    return new AclTemplate(name, {} as AclTemplateArgs, { ...opts, id });
  }
}

/** Arguments of {@link AdminSettings}. */
export interface AdminSettingsArgs {
  /** People may share with guests outside the tenant; false ends existing shares too. `iconik.clear` unsets it. */
  externalShare?: Clearable<boolean>;
  /** What a new share allows. `iconik.clear` unsets it. */
  defaultShareOptions?: Clearable<{
    /** Guests may approve comments. */
    allowApprovingComments?: pulumi.Input<boolean>;
    /** Guests may comment. */
    allowComments?: pulumi.Input<boolean>;
    /** Guests may run custom actions. */
    allowCustomActions?: pulumi.Input<boolean>;
    /** Guests may download originals. */
    allowDownload?: pulumi.Input<boolean>;
    /** Guests may download proxies. */
    allowDownloadProxy?: pulumi.Input<boolean>;
    /** Guests may set the approval status. */
    allowSettingApproveStatus?: pulumi.Input<boolean>;
    /** Guests may upload. */
    allowUpload?: pulumi.Input<boolean>;
    /** Guests may see transcriptions. */
    allowViewTranscriptions?: pulumi.Input<boolean>;
    /** Guests may see versions. */
    allowViewVersions?: pulumi.Input<boolean>;
    /** A share wants a password. */
    requirePassword?: pulumi.Input<boolean>;
    /** A share shows a watermark. */
    showWatermark?: pulumi.Input<boolean>;
    /** Whoever shares may change whether guests may approve comments. */
    canChangeAllowApprovingComments?: pulumi.Input<boolean>;
    /** Whoever shares may change whether guests may comment. */
    canChangeAllowComments?: pulumi.Input<boolean>;
    /** Whoever shares may change whether guests may run custom actions. */
    canChangeAllowCustomActions?: pulumi.Input<boolean>;
    /** Whoever shares may change whether guests may download originals. */
    canChangeAllowDownload?: pulumi.Input<boolean>;
    /** Whoever shares may change whether guests may download proxies. */
    canChangeAllowDownloadProxy?: pulumi.Input<boolean>;
    /** Whoever shares may change whether guests may set the approval status. */
    canChangeAllowSettingApproveStatus?: pulumi.Input<boolean>;
    /** Whoever shares may change whether guests may upload. */
    canChangeAllowUpload?: pulumi.Input<boolean>;
    /** Whoever shares may change whether guests may see transcriptions. */
    canChangeAllowViewTranscriptions?: pulumi.Input<boolean>;
    /** Whoever shares may change whether guests may see versions. */
    canChangeAllowViewVersions?: pulumi.Input<boolean>;
    /** Whoever shares may switch the watermark. */
    canChangeShowWatermark?: pulumi.Input<boolean>;
    /** Whoever shares may change whether users can be searched for. */
    canChangeSearchUsersFromShare?: pulumi.Input<boolean>;
    /** Whoever shares may change when the share ends. */
    canChangeShareExpirationTime?: pulumi.Input<boolean>;
  }>;
  /** People can be searched for when sharing. `iconik.clear` unsets it. */
  searchUsersFromShare?: Clearable<boolean>;
  /** Shares can be opened by a link sent by e-mail. `iconik.clear` unsets it. */
  allowShareMagicLinkCreation?: Clearable<boolean>;
  /** iconik's support may look at assets. `iconik.clear` unsets it. */
  supportAccess?: Clearable<boolean>;
  /** What a password must have. `iconik.clear` unsets it. */
  passwordChecks?: Clearable<{
    /** Characters at least. From 8 to 56. `iconik.clear` unsets it. */
    minLength?: Clearable<number>;
    /** Characters at most. From 8 to 64. `iconik.clear` unsets it. */
    maxLength?: Clearable<number>;
    /** Digits at least. `iconik.clear` unsets it. */
    digits?: Clearable<number>;
    /** Lower-case letters at least. `iconik.clear` unsets it. */
    lowercase?: Clearable<number>;
    /** Upper-case letters at least. `iconik.clear` unsets it. */
    uppercase?: Clearable<number>;
    /** Other characters at least. `iconik.clear` unsets it. */
    specialSymbols?: Clearable<number>;
  }>;
  /** Everybody must log in with a second factor. `iconik.clear` unsets it. */
  mfaRequired?: Clearable<boolean>;
  /** Second factors that are offered. `iconik.clear` unsets it. */
  mfaMethods?: Clearable<pulumi.Input<"totp" | "mail2sv">[]>;
  /** SAML logins without a known group are refused. `iconik.clear` unsets it. */
  samlRequireGroups?: Clearable<boolean>;
  /** SAML logins set the primary group anew. `iconik.clear` unsets it. */
  updateSamlPrimaryGroupOnLogin?: Clearable<boolean>;
  /** Seconds for which an application's token is valid. From 0 to 315360000. `iconik.clear` unsets it. */
  defaultAppTokenTtl?: Clearable<number>;
  /** Seconds for which a person's token is valid. From 0 to 315360000. `iconik.clear` unsets it. */
  defaultUserTokenTtl?: Clearable<number>;
  /** Seconds for which a refresh token is valid. From 0 to 15811200. `iconik.clear` unsets it. */
  defaultRefreshTokenTtl?: Clearable<number>;
  /** Access to assets that are uploaded, where the storage has no template of its own. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Storage that uploads go to. `iconik.clear` unsets it. */
  defaultUploadStorage?: Reference<Storage> | Clear;
  /** New collections take over the access of the collection above. `iconik.clear` unsets it. */
  collectionsGetParentAcls?: Clearable<boolean>;
  /** Downloaded files carry the asset's id in their name. `iconik.clear` unsets it. */
  appendAssetUuidToDownloads?: Clearable<boolean>;
  /** Downloaded files are named after the asset. `iconik.clear` unsets it. */
  useAssetNameOnDownload?: Clearable<boolean>;
  /** Hours for which deleted things stay in the recycle bin. From 0 to 87600. `iconik.clear` unsets it. */
  deleteGracePeriod?: Clearable<number>;
  /** Days after which a share ends. From 0 to 3650. `iconik.clear` unsets it. */
  shareExpirationTime?: Clearable<number>;
  /** How dates are shown. `iconik.clear` unsets it. */
  dateFormat?: Clearable<string>;
  /** How dates with times are shown. `iconik.clear` unsets it. */
  datetimeFormat?: Clearable<string>;
  /** Page that people start on. `iconik.clear` unsets it. */
  homePage?: Clearable<string>;
  /** Hides favourites. `iconik.clear` unsets it. */
  hideFavourites?: Clearable<boolean>;
  /** Sections of an asset's page that are open at first, in order. */
  assetDefaultSections?: pulumi.Input<pulumi.Input<string>[]>;
  /** Sections of the search page that are open at first, in order. */
  searchDefaultSections?: pulumi.Input<pulumi.Input<string>[]>;
  /** Fields shown in search results, in order. */
  searchDisplayFields?: pulumi.Input<pulumi.Input<{
    /** Its name. */
    name: pulumi.Input<string>;
  }>[]>;
  /** Search looks into transcriptions. `iconik.clear` unsets it. */
  searchInTranscriptions?: Clearable<boolean>;
  /** The title column of search results fits its text. `iconik.clear` unsets it. */
  searchAutoResizeTitleColumn?: Clearable<boolean>;
  /** Fields offered as filters, in order. */
  facetFields?: pulumi.Input<pulumi.Input<{
    /** Its name. */
    name: pulumi.Input<string>;
  }>[]>;
  /** View of the filters on the search page. By id. `iconik.clear` unsets it. */
  filtersDefaultMetadataView?: Clearable<string>;
  /** View shown for assets in search results. By id. `iconik.clear` unsets it. */
  searchResultsAssetMetadataView?: Clearable<string>;
  /** View shown for collections in search results. By id. `iconik.clear` unsets it. */
  searchResultsCollectionMetadataView?: Clearable<string>;
  /** Saved layout of the search page. By id. `iconik.clear` unsets it. */
  searchView?: Clearable<string>;
  /** Views that must be filled in at upload, in order. By id. */
  requiredMetadataViews?: pulumi.Input<pulumi.Input<string>[]>;
  /** Storage of the logo. `iconik.clear` unsets it. */
  logoStorage?: Reference<Storage> | Clear;
  /** What the dashboard of jobs shows. `iconik.clear` unsets it. */
  jobsDashboard?: Clearable<{
    /** Parts of the dashboard, in order. */
    widgets?: pulumi.Input<pulumi.Input<{
      /** Its id. */
      id?: pulumi.Input<string>;
      /** Its title. `iconik.clear` unsets it. */
      title?: Clearable<string>;
      /** What it shows. */
      type?: pulumi.Input<"jobsList" | "jobsStatsList">;
      /** Columns, filters, limit and sorting, as iconik keeps them. */
      options?: pulumi.Input<unknown>;
    }>[]>;
  }>;
  /** Sites whose pages may call iconik's API. */
  corsHosts?: pulumi.Input<pulumi.Input<string>[]>;
  /** Collections that mirror folders cannot be changed by hand. `iconik.clear` unsets it. */
  lockMappedCollections?: Clearable<boolean>;
  /** Originals can be played until the proxy is there. `iconik.clear` unsets it. */
  allowPlayOriginalDuringTranscoding?: Clearable<boolean>;
  /** Downloads are limited by group. `iconik.clear` unsets it. */
  requireLimitDownloadGroups?: Clearable<boolean>;
  /** Switches face recognition on. `iconik.clear` unsets it. */
  enableFaceRecognition?: Clearable<boolean>;
  /** Switches the review page off. `iconik.clear` unsets it. */
  reviewExperienceDisabled?: Clearable<boolean>;
  /** The review page can be switched off for a share. `iconik.clear` unsets it. */
  reviewExperienceDisabledPerShare?: Clearable<boolean>;
  /** Metadata field that takes image properties. `iconik.clear` unsets it. */
  imagePropertiesMetadataField?: Clearable<string>;
  /** Metadata field that takes recognised places. `iconik.clear` unsets it. */
  locationsMetadataField?: Clearable<string>;
  /** Metadata field that takes recognised logos. `iconik.clear` unsets it. */
  logosMetadataField?: Clearable<string>;
  /** Metadata field that takes safe-search results. `iconik.clear` unsets it. */
  safeSearchesMetadataField?: Clearable<string>;
  /** Metadata field that takes recognised tags. `iconik.clear` unsets it. */
  tagsMetadataField?: Clearable<string>;
  /** Metadata field that takes recognised texts. `iconik.clear` unsets it. */
  textsMetadataField?: Clearable<string>;
  /** The watermark. `iconik.clear` unsets it. */
  watermarkOptions?: Clearable<{
    /** Shows it. */
    showWatermark?: pulumi.Input<boolean>;
    /** Shows the text below. */
    includeCustomText?: pulumi.Input<boolean>;
    /** A text. */
    customText?: pulumi.Input<string>;
    /** Shows the time. */
    includeDateTime?: pulumi.Input<boolean>;
    /** Shows the viewer's e-mail. */
    includeEmail?: pulumi.Input<boolean>;
    /** Shows the viewer's address. */
    includeIpAddress?: pulumi.Input<boolean>;
    /** Where the text stands. */
    textAppearance?: pulumi.Input<"top" | "center" | "bottom">;
    /** Opacity of the text. From 0 to 1. */
    textOpacity?: pulumi.Input<number>;
    /** Opacity of its shadow. From 0 to 1. */
    shadowOpacity?: pulumi.Input<number>;
  }>;
}

/**
 * Settings of the whole tenant. Only what is written is managed, leaf by leaf. Limits of the contract and Shield
 * are not part of it.
 *
 * @example
 * new iconik.AdminSettings("AdminSettings", { externalShare: true, supportAccess: false, passwordChecks: { minLength: 12 } });
 */
export class AdminSettings extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:AdminSettings";
  /** People may share with guests outside the tenant; false ends existing shares too. */
  declare readonly externalShare: pulumi.Output<boolean | Clear | undefined>;
  /** What a new share allows. */
  declare readonly defaultShareOptions: pulumi.Output<{ allowApprovingComments?: boolean; allowComments?: boolean; allowCustomActions?: boolean; allowDownload?: boolean; allowDownloadProxy?: boolean; allowSettingApproveStatus?: boolean; allowUpload?: boolean; allowViewTranscriptions?: boolean; allowViewVersions?: boolean; requirePassword?: boolean; showWatermark?: boolean; canChangeAllowApprovingComments?: boolean; canChangeAllowComments?: boolean; canChangeAllowCustomActions?: boolean; canChangeAllowDownload?: boolean; canChangeAllowDownloadProxy?: boolean; canChangeAllowSettingApproveStatus?: boolean; canChangeAllowUpload?: boolean; canChangeAllowViewTranscriptions?: boolean; canChangeAllowViewVersions?: boolean; canChangeShowWatermark?: boolean; canChangeSearchUsersFromShare?: boolean; canChangeShareExpirationTime?: boolean } | Clear | undefined>;
  /** People can be searched for when sharing. */
  declare readonly searchUsersFromShare: pulumi.Output<boolean | Clear | undefined>;
  /** Shares can be opened by a link sent by e-mail. */
  declare readonly allowShareMagicLinkCreation: pulumi.Output<boolean | Clear | undefined>;
  /** iconik's support may look at assets. */
  declare readonly supportAccess: pulumi.Output<boolean | Clear | undefined>;
  /** What a password must have. */
  declare readonly passwordChecks: pulumi.Output<{ minLength?: number | Clear; maxLength?: number | Clear; digits?: number | Clear; lowercase?: number | Clear; uppercase?: number | Clear; specialSymbols?: number | Clear } | Clear | undefined>;
  /** Everybody must log in with a second factor. */
  declare readonly mfaRequired: pulumi.Output<boolean | Clear | undefined>;
  /** Second factors that are offered. */
  declare readonly mfaMethods: pulumi.Output<("totp" | "mail2sv")[] | Clear | undefined>;
  /** SAML logins without a known group are refused. */
  declare readonly samlRequireGroups: pulumi.Output<boolean | Clear | undefined>;
  /** SAML logins set the primary group anew. */
  declare readonly updateSamlPrimaryGroupOnLogin: pulumi.Output<boolean | Clear | undefined>;
  /** Seconds for which an application's token is valid. */
  declare readonly defaultAppTokenTtl: pulumi.Output<number | Clear | undefined>;
  /** Seconds for which a person's token is valid. */
  declare readonly defaultUserTokenTtl: pulumi.Output<number | Clear | undefined>;
  /** Seconds for which a refresh token is valid. */
  declare readonly defaultRefreshTokenTtl: pulumi.Output<number | Clear | undefined>;
  /** Access to assets that are uploaded, where the storage has no template of its own. */
  declare readonly aclTemplate: pulumi.Output<string | Existing | Clear | undefined>;
  /** Storage that uploads go to. */
  declare readonly defaultUploadStorage: pulumi.Output<string | Existing | Clear | undefined>;
  /** New collections take over the access of the collection above. */
  declare readonly collectionsGetParentAcls: pulumi.Output<boolean | Clear | undefined>;
  /** Downloaded files carry the asset's id in their name. */
  declare readonly appendAssetUuidToDownloads: pulumi.Output<boolean | Clear | undefined>;
  /** Downloaded files are named after the asset. */
  declare readonly useAssetNameOnDownload: pulumi.Output<boolean | Clear | undefined>;
  /** Hours for which deleted things stay in the recycle bin. */
  declare readonly deleteGracePeriod: pulumi.Output<number | Clear | undefined>;
  /** Days after which a share ends. */
  declare readonly shareExpirationTime: pulumi.Output<number | Clear | undefined>;
  /** How dates are shown. */
  declare readonly dateFormat: pulumi.Output<string | Clear | undefined>;
  /** How dates with times are shown. */
  declare readonly datetimeFormat: pulumi.Output<string | Clear | undefined>;
  /** Page that people start on. */
  declare readonly homePage: pulumi.Output<string | Clear | undefined>;
  /** Hides favourites. */
  declare readonly hideFavourites: pulumi.Output<boolean | Clear | undefined>;
  /** Sections of an asset's page that are open at first, in order. */
  declare readonly assetDefaultSections: pulumi.Output<string[] | undefined>;
  /** Sections of the search page that are open at first, in order. */
  declare readonly searchDefaultSections: pulumi.Output<string[] | undefined>;
  /** Fields shown in search results, in order. */
  declare readonly searchDisplayFields: pulumi.Output<{ name: string }[] | undefined>;
  /** Search looks into transcriptions. */
  declare readonly searchInTranscriptions: pulumi.Output<boolean | Clear | undefined>;
  /** The title column of search results fits its text. */
  declare readonly searchAutoResizeTitleColumn: pulumi.Output<boolean | Clear | undefined>;
  /** Fields offered as filters, in order. */
  declare readonly facetFields: pulumi.Output<{ name: string }[] | undefined>;
  /** View of the filters on the search page. */
  declare readonly filtersDefaultMetadataView: pulumi.Output<string | Clear | undefined>;
  /** View shown for assets in search results. */
  declare readonly searchResultsAssetMetadataView: pulumi.Output<string | Clear | undefined>;
  /** View shown for collections in search results. */
  declare readonly searchResultsCollectionMetadataView: pulumi.Output<string | Clear | undefined>;
  /** Saved layout of the search page. */
  declare readonly searchView: pulumi.Output<string | Clear | undefined>;
  /** Views that must be filled in at upload, in order. */
  declare readonly requiredMetadataViews: pulumi.Output<string[] | undefined>;
  /** Storage of the logo. */
  declare readonly logoStorage: pulumi.Output<string | Existing | Clear | undefined>;
  /** What the dashboard of jobs shows. */
  declare readonly jobsDashboard: pulumi.Output<{ widgets?: { id?: string; title?: string | Clear; type?: "jobsList" | "jobsStatsList"; options?: unknown }[] } | Clear | undefined>;
  /** Sites whose pages may call iconik's API. */
  declare readonly corsHosts: pulumi.Output<string[] | undefined>;
  /** Collections that mirror folders cannot be changed by hand. */
  declare readonly lockMappedCollections: pulumi.Output<boolean | Clear | undefined>;
  /** Originals can be played until the proxy is there. */
  declare readonly allowPlayOriginalDuringTranscoding: pulumi.Output<boolean | Clear | undefined>;
  /** Downloads are limited by group. */
  declare readonly requireLimitDownloadGroups: pulumi.Output<boolean | Clear | undefined>;
  /** Switches face recognition on. */
  declare readonly enableFaceRecognition: pulumi.Output<boolean | Clear | undefined>;
  /** Switches the review page off. */
  declare readonly reviewExperienceDisabled: pulumi.Output<boolean | Clear | undefined>;
  /** The review page can be switched off for a share. */
  declare readonly reviewExperienceDisabledPerShare: pulumi.Output<boolean | Clear | undefined>;
  /** Metadata field that takes image properties. */
  declare readonly imagePropertiesMetadataField: pulumi.Output<string | Clear | undefined>;
  /** Metadata field that takes recognised places. */
  declare readonly locationsMetadataField: pulumi.Output<string | Clear | undefined>;
  /** Metadata field that takes recognised logos. */
  declare readonly logosMetadataField: pulumi.Output<string | Clear | undefined>;
  /** Metadata field that takes safe-search results. */
  declare readonly safeSearchesMetadataField: pulumi.Output<string | Clear | undefined>;
  /** Metadata field that takes recognised tags. */
  declare readonly tagsMetadataField: pulumi.Output<string | Clear | undefined>;
  /** Metadata field that takes recognised texts. */
  declare readonly textsMetadataField: pulumi.Output<string | Clear | undefined>;
  /** The watermark. */
  declare readonly watermarkOptions: pulumi.Output<{ showWatermark?: boolean; includeCustomText?: boolean; customText?: string; includeDateTime?: boolean; includeEmail?: boolean; includeIpAddress?: boolean; textAppearance?: "top" | "center" | "bottom"; textOpacity?: number; shadowOpacity?: number } | Clear | undefined>;

  constructor(name: string, args: AdminSettingsArgs, opts?: IconikResourceOptions) {
    super("AdminSettings", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): AdminSettings {
    return new AdminSettings(name, {} as AdminSettingsArgs, { ...opts, id });
  }
}

/** Arguments of {@link Application}. */
export interface ApplicationArgs {
  /** What people call the application. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /** What it is for. `iconik.clear` unsets it. */
  description?: Clearable<string>;
  /** Where people read more about it. `iconik.clear` unsets it. */
  url?: Clearable<string>;
  /**
   * The person it acts for: its rights are theirs, and it stops when they are deactivated. By e-mail. Changing it
   * is refused: make a second application for the other person, move its users over, then remove this one.
   */
  user?: pulumi.Input<string>;
  /** A token for this application, minted once and never shown again: a secret output. */
  token?: pulumi.Input<{
    /** Days until the token ends; left out: the tenant's own rule. */
    lifetimeDays?: pulumi.Input<number>;
    /** Any text; another text mints a new token and revokes the old one once the new one works. */
    rotate?: pulumi.Input<string>;
  }>;
}

/**
 * A program that talks to iconik: its App-ID, the person it acts for, and a token.
 *
 * @example
 * new iconik.Application("CI", {
 *   user: "ci@example.com",
 *   description: "Applies this file",
 *   token: { lifetimeDays: 90, rotate: "1" },
 * });
 */
export class Application extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:Application";
  /** What people call the application. */
  declare readonly name: pulumi.Output<string>;
  /** What it is for. */
  declare readonly description: pulumi.Output<string | Clear | undefined>;
  /** Where people read more about it. */
  declare readonly url: pulumi.Output<string | Clear | undefined>;
  /** The person it acts for: its rights are theirs, and it stops when they are deactivated. */
  declare readonly user: pulumi.Output<string | undefined>;
  /** A token for this application, minted once and never shown again: a secret output. */
  declare readonly token: pulumi.Output<{ lifetimeDays?: number; rotate?: string } | undefined>;
  /** The token. Secret: encrypted in the state, never printed. */
  declare readonly authToken: pulumi.Output<string | undefined>;
  /** Id of the token, by which it can be revoked. */
  declare readonly tokenId: pulumi.Output<string | undefined>;
  /** When the token ends, as iconik says it: UTC without a mark. */
  declare readonly tokenExpires: pulumi.Output<string | undefined>;

  constructor(name: string, args: ApplicationArgs = {}, opts?: IconikResourceOptions) {
    super("Application", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Application {
    return new Application(name, {} as ApplicationArgs, { ...opts, id });
  }
}

/** Arguments of {@link ExportLocation}. */
export interface ExportLocationArgs {
  /** What people call the export location. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /** What it is for. */
  description?: pulumi.Input<string>;
  /** The storage that receives the exports. */
  storage: Reference<Storage>;
  /** Folder on the storage; empty: its root. */
  path: pulumi.Input<string>;
  /** Exports the original file. */
  exportOriginal?: pulumi.Input<boolean>;
  /** Exports the proxy. */
  exportProxy?: pulumi.Input<boolean>;
  /** Exports the poster images. */
  exportPosters?: pulumi.Input<boolean>;
  /** Exports metadata; wants a metadata view. */
  exportMetadata?: pulumi.Input<boolean>;
  /** Exports transcriptions. */
  exportTranscriptions?: pulumi.Input<boolean>;
  /** Makes a folder for each asset. */
  exportToAssetFolder?: pulumi.Input<boolean>;
  /** Keeps the extension of the original in file names. */
  includeOriginalExtension?: pulumi.Input<boolean>;
  /** Format of exported metadata. */
  metadataFormat?: pulumi.Input<"csv" | "json" | "xml">;
  /** The view whose fields are exported. By id. */
  metadataView?: pulumi.Input<string>;
  /** Transcode profiles that are offered. By id. */
  transcodeProfileIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Format of exported transcriptions. */
  transcriptionFormat?: pulumi.Input<"webvtt" | "srt">;
  /** Who may use the export location. */
  access?: Access;
}

/**
 * A place on a storage to which people may export.
 *
 * @example
 * new iconik.ExportLocation("Delivery", {
 *   storage: { existing: "Playout" },
 *   path: "out",
 *   exportOriginal: true,
 *   exportProxy: false,
 * });
 */
export class ExportLocation extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:ExportLocation";
  /** What people call the export location. */
  declare readonly name: pulumi.Output<string>;
  /** What it is for. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** The storage that receives the exports. */
  declare readonly storage: pulumi.Output<string | Existing>;
  /** Folder on the storage; empty: its root. */
  declare readonly path: pulumi.Output<string>;
  /** Exports the original file. */
  declare readonly exportOriginal: pulumi.Output<boolean | undefined>;
  /** Exports the proxy. */
  declare readonly exportProxy: pulumi.Output<boolean | undefined>;
  /** Exports the poster images. */
  declare readonly exportPosters: pulumi.Output<boolean | undefined>;
  /** Exports metadata; wants a metadata view. */
  declare readonly exportMetadata: pulumi.Output<boolean | undefined>;
  /** Exports transcriptions. */
  declare readonly exportTranscriptions: pulumi.Output<boolean | undefined>;
  /** Makes a folder for each asset. */
  declare readonly exportToAssetFolder: pulumi.Output<boolean | undefined>;
  /** Keeps the extension of the original in file names. */
  declare readonly includeOriginalExtension: pulumi.Output<boolean | undefined>;
  /** Format of exported metadata. */
  declare readonly metadataFormat: pulumi.Output<"csv" | "json" | "xml" | undefined>;
  /** The view whose fields are exported. */
  declare readonly metadataView: pulumi.Output<string | undefined>;
  /** Transcode profiles that are offered. */
  declare readonly transcodeProfileIds: pulumi.Output<string[] | undefined>;
  /** Format of exported transcriptions. */
  declare readonly transcriptionFormat: pulumi.Output<"webvtt" | "srt" | undefined>;
  /** Who may use the export location. */
  declare readonly access: pulumi.Output<KeptAccess | undefined>;

  constructor(name: string, args: ExportLocationArgs, opts?: IconikResourceOptions) {
    super("ExportLocation", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): ExportLocation {
    return new ExportLocation(name, {} as ExportLocationArgs, { ...opts, id });
  }
}

/** Arguments of {@link GroupMapping}. */
export interface GroupMappingArgs {
  /**
   * The group's name as the identity provider sends it. Changing it replaces the resource. Left out: the
   * resource's own name.
   */
  name?: pulumi.Input<string>;
  /** The group that people of that name are put into. Changing it replaces the resource. */
  group: Reference<UserGroup | Team | RoleGroup>;
}

/**
 * SAML: what the identity provider says of a person, and the group that follows from it.
 *
 * @example
 * new iconik.GroupMapping("AD-Editors", { group: { existing: "Everyone" } });
 */
export class GroupMapping extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:GroupMapping";
  /** The group's name as the identity provider sends it. */
  declare readonly name: pulumi.Output<string>;
  /** The group that people of that name are put into. */
  declare readonly group: pulumi.Output<string | Existing>;

  constructor(name: string, args: GroupMappingArgs, opts?: IconikResourceOptions) {
    super("GroupMapping", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): GroupMapping {
    return new GroupMapping(name, {} as GroupMappingArgs, { ...opts, id });
  }
}

/** Arguments of {@link RoleGroup}. */
export interface RoleGroupArgs {
  /** What people call the role group. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /** A second, short name. */
  alias?: pulumi.Input<string>;
  /** What the role group is for. */
  description?: pulumi.Input<string>;
  /** Type of the people who come in by this role group; it caps what they may do. `iconik.clear` unsets it. */
  defaultUserType?: Clearable<"power" | "standard" | "browseOnly" | "browseApiOnly">;
  /** Id of the role group in another system; an identity provider may own it. `iconik.clear` unsets it. */
  externalId?: Clearable<string>;
  /** Which of a person's groups becomes the primary one at SAML login. `iconik.clear` unsets it. */
  samlPrimaryGroupPriority?: Clearable<number>;
  /** What its members may do. An empty list changes nothing for them. */
  roles?: pulumi.Input<pulumi.Input<Role>[]>;
}

/**
 * What its members may do. Only in tenants made since October 2025. A person in no role group may do all that the
 * user type allows; the first one takes that away.
 *
 * @example
 * new iconik.RoleGroup("Cutters", { description: "Cut and publish", roles: ["can_read_assets", "can_write_assets"] });
 */
export class RoleGroup extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:RoleGroup";
  /** What people call the role group. */
  declare readonly name: pulumi.Output<string>;
  /** A second, short name. */
  declare readonly alias: pulumi.Output<string | undefined>;
  /** What the role group is for. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Type of the people who come in by this role group; it caps what they may do. */
  declare readonly defaultUserType: pulumi.Output<"power" | "standard" | "browseOnly" | "browseApiOnly" | Clear | undefined>;
  /** Id of the role group in another system; an identity provider may own it. */
  declare readonly externalId: pulumi.Output<string | Clear | undefined>;
  /** Which of a person's groups becomes the primary one at SAML login. */
  declare readonly samlPrimaryGroupPriority: pulumi.Output<number | Clear | undefined>;
  /** What its members may do. An empty list changes nothing for them. */
  declare readonly roles: pulumi.Output<Role[] | undefined>;

  constructor(name: string, args: RoleGroupArgs = {}, opts?: IconikResourceOptions) {
    super("RoleGroup", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): RoleGroup {
    return new RoleGroup(name, {} as RoleGroupArgs, { ...opts, id });
  }
}

/** Arguments of {@link ShieldAllowList}. */
export interface ShieldAllowListArgs {
  /** The group whose list it is; without group and team: everyone's. Changing it replaces the resource. */
  group?: Reference<UserGroup>;
  /** The team whose list it is. Changing it replaces the resource. */
  team?: Reference<Team>;
  /** Switches Shield on, which has a monthly price. Only for everyone's list. `iconik.clear` unsets it. */
  enabled?: Clearable<boolean>;
  /** Addresses and ranges that may come in. At most 100 entries. */
  addresses: pulumi.Input<pulumi.Input<{
    /** An address or a range: 192.0.2.10, 203.0.113.0/24. */
    ip: pulumi.Input<string>;
    /** Only this application may come from there. `iconik.clear` unsets it. */
    application?: Reference<Application> | Clear;
  }>[]>;
}

/**
 * iconik Shield: the addresses from which people and programs may come, for everyone, or for one group or team.
 *
 * @example
 * new iconik.ShieldAllowList("ShieldAllowList", { addresses: [{ ip: "127.0.0.0/8" }, { ip: "203.0.113.0/24" }] });
 */
export class ShieldAllowList extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:ShieldAllowList";
  /** The group whose list it is; without group and team: everyone's. */
  declare readonly group: pulumi.Output<string | Existing | undefined>;
  /** The team whose list it is. */
  declare readonly team: pulumi.Output<string | Existing | undefined>;
  /** Switches Shield on, which has a monthly price. Only for everyone's list. */
  declare readonly enabled: pulumi.Output<boolean | Clear | undefined>;
  /** Addresses and ranges that may come in. */
  declare readonly addresses: pulumi.Output<{ ip: string; application?: string | Existing | Clear }[]>;

  constructor(name: string, args: ShieldAllowListArgs, opts?: IconikResourceOptions) {
    super("ShieldAllowList", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): ShieldAllowList {
    return new ShieldAllowList(name, {} as ShieldAllowListArgs, { ...opts, id });
  }
}

/**
 * Amazon S3.
 *
 * @example
 * new iconik.Storage("Masters", {
 *   type: "s3",
 *   purpose: "files",
 *   bucket: "example-masters",
 *   region: "eu-north-1",
 *   credentials: "managed",
 * });
 */
export interface S3StorageArgs {
  /** What people call the storage; unique in the tenant. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /**
   * What the storage is. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  type: "s3";
  /**
   * What lies there. Changing it is refused: add a storage with the new value, move the files over in iconik, then
   * remove this one: iconik keeps file records of the old place.
   */
  purpose: pulumi.Input<"files" | "exports" | "archive" | "keyframes" | "proxies" | "faces">;
  /** What it is for. `iconik.clear` unsets it. */
  description?: Clearable<string>;
  /** iconik may read files. */
  read?: pulumi.Input<boolean>;
  /** iconik may write files. */
  write?: pulumi.Input<boolean>;
  /** iconik may delete files, when assets are purged. */
  delete?: pulumi.Input<boolean>;
  /** iconik looks for new files. */
  scan?: pulumi.Input<boolean>;
  /** Uploads of this purpose go here unless people choose another. */
  default?: pulumi.Input<boolean>;
  /** Scans the bucket at intervals; `false` switches it off. */
  autoScan?: pulumi.Input<false | {
    /** Hours between two scans. At least 1. */
    hoursInterval: pulumi.Input<number>;
  }>;
  /** Who sees the storage itself and may upload to it. */
  access?: Access;
  /**
   * After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is
   * described, and no more.
   */
  verify?: pulumi.Input<boolean>;
  /**
   * Name of the bucket. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  bucket: pulumi.Input<string>;
  /** Region of the bucket. */
  region: pulumi.Input<string>;
  /** Address of the service; follows from the region. */
  endpoint?: pulumi.Input<string>;
  /** Id of the access key. */
  accessKey?: pulumi.Input<string>;
  /** Secret of the access key. Secret: encrypted in the state, never printed. */
  secretKey?: pulumi.Input<string>;
  /** Session token of a temporary key. Secret: encrypted in the state, never printed. */
  sessionToken?: pulumi.Input<string>;
  /** Days for which restored objects stay online. `iconik.clear` unsets it. */
  glacierRestoreTimeout?: Clearable<number>;
  /** Signed uploads carry an MD5 checksum. */
  presignMd5Checksum?: pulumi.Input<boolean>;
  /**
   * Folder within the bucket; empty: the whole bucket. Changing it is refused: add a storage with the new value,
   * move the files over in iconik, then remove this one: iconik keeps file records of the old place.
   */
  path?: pulumi.Input<string>;
  /** Adds a unique id to file names, so that none is overwritten. */
  addUuidToFilenames?: pulumi.Input<boolean>;
  /** Files fetched ahead for edge transcoders. `iconik.clear` unsets it. */
  preloadEdgeJobs?: Clearable<number>;
  /** Collection under which folders are mapped. By id. */
  rootCollection?: pulumi.Input<string>;
  /** Access to assets that are uploaded here. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Group that gets access to what is scanned in, where no template is set. `iconik.clear` unsets it. */
  accessGroup?: Reference<UserGroup | Team> | Clear;
  /** Files of the same content become one asset. */
  aggregateIdenticalFiles?: pulumi.Input<boolean>;
  /** Names left out when identical files are looked for. */
  aggregateIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Looks for identical files on this storage only. */
  aggregateOnlyOnSameStorage?: pulumi.Input<boolean>;
  /** Folders become collections. */
  enableCollectionDirectoryMapping?: pulumi.Input<boolean>;
  /** The file name becomes the asset's external id. */
  filenameIsExternalId?: pulumi.Input<boolean>;
  /** Metadata field that takes folder names as tags. */
  folderNameTagsMetadataFieldName?: pulumi.Input<string>;
  /** View of that metadata field. By id. `iconik.clear` unsets it. */
  folderNameTagsMetadataView?: Clearable<string>;
  /** Service that turns sidecar files into metadata. */
  metadataConversionUrl?: pulumi.Input<string>;
  /**
   * Headers sent to that service; they may hold a password. `iconik.clear` unsets it. Secret: encrypted in the
   * state, never printed.
   */
  metadataConversionUrlHeaders?: Clearable<string>;
  /** View of the metadata that sidecar files bring. By id. `iconik.clear` unsets it. */
  metadataView?: Clearable<string>;
  /** Folders that are scanned; left empty: all. */
  scanDirectories?: pulumi.Input<pulumi.Input<string>[]>;
  /** Patterns of what is not scanned: globs, or re: and a regular expression. */
  scanIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Waits for the sidecar file before an asset is made; wants a metadata view. */
  sidecarMetadataRequired?: pulumi.Input<boolean>;
  /** Titles keep the extension of the file. */
  titleIncludesExtension?: pulumi.Input<boolean>;
  /** Patterns of what gets no proxy. */
  transcodeIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Uses S3 transfer acceleration; the bucket must have it switched on. */
  useAcceleration?: pulumi.Input<boolean>;
  /** Queue that tells of new objects. */
  notificationSqsUrl?: pulumi.Input<string>;
  /**
   * `managed`: iconik's own role, no key exists. `keys`: an access key. Changing it is refused: add a storage with
   * the other sort of credentials: how keys are taken away from a storage is not documented by iconik.
   */
  credentials?: pulumi.Input<"managed" | "keys">;
}

/**
 * Wasabi.
 *
 * @example
 * new iconik.Storage("Masters", {
 *   type: "wasabi",
 *   purpose: "files",
 *   bucket: "example-archive",
 *   region: "eu-central-1",
 *   accessKey: "EXAMPLEKEY",
 *   secretKey: config.requireSecret("secretKey"),
 * });
 */
export interface WasabiStorageArgs {
  /** What people call the storage; unique in the tenant. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /**
   * What the storage is. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  type: "wasabi";
  /**
   * What lies there. Changing it is refused: add a storage with the new value, move the files over in iconik, then
   * remove this one: iconik keeps file records of the old place.
   */
  purpose: pulumi.Input<"files" | "exports" | "archive" | "keyframes" | "proxies" | "faces">;
  /** What it is for. `iconik.clear` unsets it. */
  description?: Clearable<string>;
  /** iconik may read files. */
  read?: pulumi.Input<boolean>;
  /** iconik may write files. */
  write?: pulumi.Input<boolean>;
  /** iconik may delete files, when assets are purged. */
  delete?: pulumi.Input<boolean>;
  /** iconik looks for new files. */
  scan?: pulumi.Input<boolean>;
  /** Uploads of this purpose go here unless people choose another. */
  default?: pulumi.Input<boolean>;
  /** Scans the bucket at intervals; `false` switches it off. */
  autoScan?: pulumi.Input<false | {
    /** Hours between two scans. At least 1. */
    hoursInterval: pulumi.Input<number>;
  }>;
  /** Who sees the storage itself and may upload to it. */
  access?: Access;
  /**
   * After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is
   * described, and no more.
   */
  verify?: pulumi.Input<boolean>;
  /**
   * Name of the bucket. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  bucket: pulumi.Input<string>;
  /** Region of the bucket. */
  region: pulumi.Input<string>;
  /** Address of the S3 service, with https://. */
  endpoint?: pulumi.Input<string>;
  /** Id of the access key. */
  accessKey?: pulumi.Input<string>;
  /** Secret of the access key. Secret: encrypted in the state, never printed. */
  secretKey?: pulumi.Input<string>;
  /** Session token of a temporary key. Secret: encrypted in the state, never printed. */
  sessionToken?: pulumi.Input<string>;
  /** Days for which restored objects stay online. `iconik.clear` unsets it. */
  glacierRestoreTimeout?: Clearable<number>;
  /** Signed uploads carry an MD5 checksum. */
  presignMd5Checksum?: pulumi.Input<boolean>;
  /**
   * Folder within the bucket; empty: the whole bucket. Changing it is refused: add a storage with the new value,
   * move the files over in iconik, then remove this one: iconik keeps file records of the old place.
   */
  path?: pulumi.Input<string>;
  /** Adds a unique id to file names, so that none is overwritten. */
  addUuidToFilenames?: pulumi.Input<boolean>;
  /** Files fetched ahead for edge transcoders. `iconik.clear` unsets it. */
  preloadEdgeJobs?: Clearable<number>;
  /** Collection under which folders are mapped. By id. */
  rootCollection?: pulumi.Input<string>;
  /** Access to assets that are uploaded here. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Group that gets access to what is scanned in, where no template is set. `iconik.clear` unsets it. */
  accessGroup?: Reference<UserGroup | Team> | Clear;
  /** Files of the same content become one asset. */
  aggregateIdenticalFiles?: pulumi.Input<boolean>;
  /** Names left out when identical files are looked for. */
  aggregateIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Looks for identical files on this storage only. */
  aggregateOnlyOnSameStorage?: pulumi.Input<boolean>;
  /** Folders become collections. */
  enableCollectionDirectoryMapping?: pulumi.Input<boolean>;
  /** The file name becomes the asset's external id. */
  filenameIsExternalId?: pulumi.Input<boolean>;
  /** Metadata field that takes folder names as tags. */
  folderNameTagsMetadataFieldName?: pulumi.Input<string>;
  /** View of that metadata field. By id. `iconik.clear` unsets it. */
  folderNameTagsMetadataView?: Clearable<string>;
  /** Service that turns sidecar files into metadata. */
  metadataConversionUrl?: pulumi.Input<string>;
  /**
   * Headers sent to that service; they may hold a password. `iconik.clear` unsets it. Secret: encrypted in the
   * state, never printed.
   */
  metadataConversionUrlHeaders?: Clearable<string>;
  /** View of the metadata that sidecar files bring. By id. `iconik.clear` unsets it. */
  metadataView?: Clearable<string>;
  /** Folders that are scanned; left empty: all. */
  scanDirectories?: pulumi.Input<pulumi.Input<string>[]>;
  /** Patterns of what is not scanned: globs, or re: and a regular expression. */
  scanIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Waits for the sidecar file before an asset is made; wants a metadata view. */
  sidecarMetadataRequired?: pulumi.Input<boolean>;
  /** Titles keep the extension of the file. */
  titleIncludesExtension?: pulumi.Input<boolean>;
  /** Patterns of what gets no proxy. */
  transcodeIgnore?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * IBM Cloud Object Storage.
 *
 * @example
 * new iconik.Storage("Masters", {
 *   type: "ibmCos",
 *   purpose: "files",
 *   bucket: "example-cos",
 *   region: "eu-de",
 *   accessKey: "EXAMPLEKEY",
 *   secretKey: config.requireSecret("secretKey"),
 * });
 */
export interface IbmCosStorageArgs {
  /** What people call the storage; unique in the tenant. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /**
   * What the storage is. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  type: "ibmCos";
  /**
   * What lies there. Changing it is refused: add a storage with the new value, move the files over in iconik, then
   * remove this one: iconik keeps file records of the old place.
   */
  purpose: pulumi.Input<"files" | "exports" | "archive" | "keyframes" | "proxies" | "faces">;
  /** What it is for. `iconik.clear` unsets it. */
  description?: Clearable<string>;
  /** iconik may read files. */
  read?: pulumi.Input<boolean>;
  /** iconik may write files. */
  write?: pulumi.Input<boolean>;
  /** iconik may delete files, when assets are purged. */
  delete?: pulumi.Input<boolean>;
  /** iconik looks for new files. */
  scan?: pulumi.Input<boolean>;
  /** Uploads of this purpose go here unless people choose another. */
  default?: pulumi.Input<boolean>;
  /** Scans the bucket at intervals; `false` switches it off. */
  autoScan?: pulumi.Input<false | {
    /** Hours between two scans. At least 1. */
    hoursInterval: pulumi.Input<number>;
  }>;
  /** Who sees the storage itself and may upload to it. */
  access?: Access;
  /**
   * After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is
   * described, and no more.
   */
  verify?: pulumi.Input<boolean>;
  /**
   * Name of the bucket. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  bucket: pulumi.Input<string>;
  /** Region of the bucket. */
  region: pulumi.Input<string>;
  /** Address of the S3 service, with https://. */
  endpoint?: pulumi.Input<string>;
  /** Id of the access key. */
  accessKey?: pulumi.Input<string>;
  /** Secret of the access key. Secret: encrypted in the state, never printed. */
  secretKey?: pulumi.Input<string>;
  /** Session token of a temporary key. Secret: encrypted in the state, never printed. */
  sessionToken?: pulumi.Input<string>;
  /** Days for which restored objects stay online. `iconik.clear` unsets it. */
  glacierRestoreTimeout?: Clearable<number>;
  /** Signed uploads carry an MD5 checksum. */
  presignMd5Checksum?: pulumi.Input<boolean>;
  /**
   * Folder within the bucket; empty: the whole bucket. Changing it is refused: add a storage with the new value,
   * move the files over in iconik, then remove this one: iconik keeps file records of the old place.
   */
  path?: pulumi.Input<string>;
  /** Adds a unique id to file names, so that none is overwritten. */
  addUuidToFilenames?: pulumi.Input<boolean>;
  /** Files fetched ahead for edge transcoders. `iconik.clear` unsets it. */
  preloadEdgeJobs?: Clearable<number>;
  /** Collection under which folders are mapped. By id. */
  rootCollection?: pulumi.Input<string>;
  /** Access to assets that are uploaded here. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Group that gets access to what is scanned in, where no template is set. `iconik.clear` unsets it. */
  accessGroup?: Reference<UserGroup | Team> | Clear;
  /** Files of the same content become one asset. */
  aggregateIdenticalFiles?: pulumi.Input<boolean>;
  /** Names left out when identical files are looked for. */
  aggregateIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Looks for identical files on this storage only. */
  aggregateOnlyOnSameStorage?: pulumi.Input<boolean>;
  /** Folders become collections. */
  enableCollectionDirectoryMapping?: pulumi.Input<boolean>;
  /** The file name becomes the asset's external id. */
  filenameIsExternalId?: pulumi.Input<boolean>;
  /** Metadata field that takes folder names as tags. */
  folderNameTagsMetadataFieldName?: pulumi.Input<string>;
  /** View of that metadata field. By id. `iconik.clear` unsets it. */
  folderNameTagsMetadataView?: Clearable<string>;
  /** Service that turns sidecar files into metadata. */
  metadataConversionUrl?: pulumi.Input<string>;
  /**
   * Headers sent to that service; they may hold a password. `iconik.clear` unsets it. Secret: encrypted in the
   * state, never printed.
   */
  metadataConversionUrlHeaders?: Clearable<string>;
  /** View of the metadata that sidecar files bring. By id. `iconik.clear` unsets it. */
  metadataView?: Clearable<string>;
  /** Folders that are scanned; left empty: all. */
  scanDirectories?: pulumi.Input<pulumi.Input<string>[]>;
  /** Patterns of what is not scanned: globs, or re: and a regular expression. */
  scanIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Waits for the sidecar file before an asset is made; wants a metadata view. */
  sidecarMetadataRequired?: pulumi.Input<boolean>;
  /** Titles keep the extension of the file. */
  titleIncludesExtension?: pulumi.Input<boolean>;
  /** Patterns of what gets no proxy. */
  transcodeIgnore?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Cloudian HyperStore.
 *
 * @example
 * new iconik.Storage("Masters", {
 *   type: "cloudian",
 *   purpose: "files",
 *   bucket: "example-hyper",
 *   region: "dc1",
 *   endpoint: "https://s3.dc1.example.com",
 *   accessKey: "EXAMPLEKEY",
 *   secretKey: config.requireSecret("secretKey"),
 * });
 */
export interface CloudianStorageArgs {
  /** What people call the storage; unique in the tenant. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /**
   * What the storage is. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  type: "cloudian";
  /**
   * What lies there. Changing it is refused: add a storage with the new value, move the files over in iconik, then
   * remove this one: iconik keeps file records of the old place.
   */
  purpose: pulumi.Input<"files" | "exports" | "archive" | "keyframes" | "proxies" | "faces">;
  /** What it is for. `iconik.clear` unsets it. */
  description?: Clearable<string>;
  /** iconik may read files. */
  read?: pulumi.Input<boolean>;
  /** iconik may write files. */
  write?: pulumi.Input<boolean>;
  /** iconik may delete files, when assets are purged. */
  delete?: pulumi.Input<boolean>;
  /** iconik looks for new files. */
  scan?: pulumi.Input<boolean>;
  /** Uploads of this purpose go here unless people choose another. */
  default?: pulumi.Input<boolean>;
  /** Scans the bucket at intervals; `false` switches it off. */
  autoScan?: pulumi.Input<false | {
    /** Hours between two scans. At least 1. */
    hoursInterval: pulumi.Input<number>;
  }>;
  /** Who sees the storage itself and may upload to it. */
  access?: Access;
  /**
   * After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is
   * described, and no more.
   */
  verify?: pulumi.Input<boolean>;
  /**
   * Name of the bucket. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  bucket: pulumi.Input<string>;
  /** Region of the bucket. */
  region: pulumi.Input<string>;
  /** Address of the S3 service, with https://. */
  endpoint: pulumi.Input<string>;
  /** Id of the access key. */
  accessKey?: pulumi.Input<string>;
  /** Secret of the access key. Secret: encrypted in the state, never printed. */
  secretKey?: pulumi.Input<string>;
  /** Session token of a temporary key. Secret: encrypted in the state, never printed. */
  sessionToken?: pulumi.Input<string>;
  /** Days for which restored objects stay online. `iconik.clear` unsets it. */
  glacierRestoreTimeout?: Clearable<number>;
  /** Signed uploads carry an MD5 checksum. */
  presignMd5Checksum?: pulumi.Input<boolean>;
  /**
   * Folder within the bucket; empty: the whole bucket. Changing it is refused: add a storage with the new value,
   * move the files over in iconik, then remove this one: iconik keeps file records of the old place.
   */
  path?: pulumi.Input<string>;
  /** Adds a unique id to file names, so that none is overwritten. */
  addUuidToFilenames?: pulumi.Input<boolean>;
  /** Files fetched ahead for edge transcoders. `iconik.clear` unsets it. */
  preloadEdgeJobs?: Clearable<number>;
  /** Collection under which folders are mapped. By id. */
  rootCollection?: pulumi.Input<string>;
  /** Access to assets that are uploaded here. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Group that gets access to what is scanned in, where no template is set. `iconik.clear` unsets it. */
  accessGroup?: Reference<UserGroup | Team> | Clear;
  /** Files of the same content become one asset. */
  aggregateIdenticalFiles?: pulumi.Input<boolean>;
  /** Names left out when identical files are looked for. */
  aggregateIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Looks for identical files on this storage only. */
  aggregateOnlyOnSameStorage?: pulumi.Input<boolean>;
  /** Folders become collections. */
  enableCollectionDirectoryMapping?: pulumi.Input<boolean>;
  /** The file name becomes the asset's external id. */
  filenameIsExternalId?: pulumi.Input<boolean>;
  /** Metadata field that takes folder names as tags. */
  folderNameTagsMetadataFieldName?: pulumi.Input<string>;
  /** View of that metadata field. By id. `iconik.clear` unsets it. */
  folderNameTagsMetadataView?: Clearable<string>;
  /** Service that turns sidecar files into metadata. */
  metadataConversionUrl?: pulumi.Input<string>;
  /**
   * Headers sent to that service; they may hold a password. `iconik.clear` unsets it. Secret: encrypted in the
   * state, never printed.
   */
  metadataConversionUrlHeaders?: Clearable<string>;
  /** View of the metadata that sidecar files bring. By id. `iconik.clear` unsets it. */
  metadataView?: Clearable<string>;
  /** Folders that are scanned; left empty: all. */
  scanDirectories?: pulumi.Input<pulumi.Input<string>[]>;
  /** Patterns of what is not scanned: globs, or re: and a regular expression. */
  scanIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Waits for the sidecar file before an asset is made; wants a metadata view. */
  sidecarMetadataRequired?: pulumi.Input<boolean>;
  /** Titles keep the extension of the file. */
  titleIncludesExtension?: pulumi.Input<boolean>;
  /** Patterns of what gets no proxy. */
  transcodeIgnore?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Any other service that speaks the S3 protocol.
 *
 * @example
 * new iconik.Storage("Masters", {
 *   type: "s3Compatible",
 *   purpose: "files",
 *   bucket: "example-other",
 *   region: "us-east-1",
 *   endpoint: "https://s3.example.com",
 *   accessKey: "EXAMPLEKEY",
 *   secretKey: config.requireSecret("secretKey"),
 * });
 */
export interface S3CompatibleStorageArgs {
  /** What people call the storage; unique in the tenant. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /**
   * What the storage is. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  type: "s3Compatible";
  /**
   * What lies there. Changing it is refused: add a storage with the new value, move the files over in iconik, then
   * remove this one: iconik keeps file records of the old place.
   */
  purpose: pulumi.Input<"files" | "exports" | "archive" | "keyframes" | "proxies" | "faces">;
  /** What it is for. `iconik.clear` unsets it. */
  description?: Clearable<string>;
  /** iconik may read files. */
  read?: pulumi.Input<boolean>;
  /** iconik may write files. */
  write?: pulumi.Input<boolean>;
  /** iconik may delete files, when assets are purged. */
  delete?: pulumi.Input<boolean>;
  /** iconik looks for new files. */
  scan?: pulumi.Input<boolean>;
  /** Uploads of this purpose go here unless people choose another. */
  default?: pulumi.Input<boolean>;
  /** Scans the bucket at intervals; `false` switches it off. */
  autoScan?: pulumi.Input<false | {
    /** Hours between two scans. At least 1. */
    hoursInterval: pulumi.Input<number>;
  }>;
  /** Who sees the storage itself and may upload to it. */
  access?: Access;
  /**
   * After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is
   * described, and no more.
   */
  verify?: pulumi.Input<boolean>;
  /**
   * Name of the bucket. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  bucket: pulumi.Input<string>;
  /** Region of the bucket. */
  region: pulumi.Input<string>;
  /** Address of the S3 service, with https://. */
  endpoint: pulumi.Input<string>;
  /** Id of the access key. */
  accessKey?: pulumi.Input<string>;
  /** Secret of the access key. Secret: encrypted in the state, never printed. */
  secretKey?: pulumi.Input<string>;
  /** Session token of a temporary key. Secret: encrypted in the state, never printed. */
  sessionToken?: pulumi.Input<string>;
  /** Days for which restored objects stay online. `iconik.clear` unsets it. */
  glacierRestoreTimeout?: Clearable<number>;
  /** Signed uploads carry an MD5 checksum. */
  presignMd5Checksum?: pulumi.Input<boolean>;
  /**
   * Folder within the bucket; empty: the whole bucket. Changing it is refused: add a storage with the new value,
   * move the files over in iconik, then remove this one: iconik keeps file records of the old place.
   */
  path?: pulumi.Input<string>;
  /** Adds a unique id to file names, so that none is overwritten. */
  addUuidToFilenames?: pulumi.Input<boolean>;
  /** Files fetched ahead for edge transcoders. `iconik.clear` unsets it. */
  preloadEdgeJobs?: Clearable<number>;
  /** Collection under which folders are mapped. By id. */
  rootCollection?: pulumi.Input<string>;
  /** Access to assets that are uploaded here. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Group that gets access to what is scanned in, where no template is set. `iconik.clear` unsets it. */
  accessGroup?: Reference<UserGroup | Team> | Clear;
  /** Files of the same content become one asset. */
  aggregateIdenticalFiles?: pulumi.Input<boolean>;
  /** Names left out when identical files are looked for. */
  aggregateIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Looks for identical files on this storage only. */
  aggregateOnlyOnSameStorage?: pulumi.Input<boolean>;
  /** Folders become collections. */
  enableCollectionDirectoryMapping?: pulumi.Input<boolean>;
  /** The file name becomes the asset's external id. */
  filenameIsExternalId?: pulumi.Input<boolean>;
  /** Metadata field that takes folder names as tags. */
  folderNameTagsMetadataFieldName?: pulumi.Input<string>;
  /** View of that metadata field. By id. `iconik.clear` unsets it. */
  folderNameTagsMetadataView?: Clearable<string>;
  /** Service that turns sidecar files into metadata. */
  metadataConversionUrl?: pulumi.Input<string>;
  /**
   * Headers sent to that service; they may hold a password. `iconik.clear` unsets it. Secret: encrypted in the
   * state, never printed.
   */
  metadataConversionUrlHeaders?: Clearable<string>;
  /** View of the metadata that sidecar files bring. By id. `iconik.clear` unsets it. */
  metadataView?: Clearable<string>;
  /** Folders that are scanned; left empty: all. */
  scanDirectories?: pulumi.Input<pulumi.Input<string>[]>;
  /** Patterns of what is not scanned: globs, or re: and a regular expression. */
  scanIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Waits for the sidecar file before an asset is made; wants a metadata view. */
  sidecarMetadataRequired?: pulumi.Input<boolean>;
  /** Titles keep the extension of the file. */
  titleIncludesExtension?: pulumi.Input<boolean>;
  /** Patterns of what gets no proxy. */
  transcodeIgnore?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Google Cloud Storage.
 *
 * @example
 * new iconik.Storage("Masters", {
 *   type: "gcs",
 *   purpose: "files",
 *   bucket: "example-gcs",
 *   project: "example-media",
 *   jsonKey: config.requireSecret("jsonKey"),
 * });
 */
export interface GcsStorageArgs {
  /** What people call the storage; unique in the tenant. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /**
   * What the storage is. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  type: "gcs";
  /**
   * What lies there. Changing it is refused: add a storage with the new value, move the files over in iconik, then
   * remove this one: iconik keeps file records of the old place.
   */
  purpose: pulumi.Input<"files" | "exports" | "archive" | "keyframes" | "proxies" | "faces">;
  /** What it is for. `iconik.clear` unsets it. */
  description?: Clearable<string>;
  /** iconik may read files. */
  read?: pulumi.Input<boolean>;
  /** iconik may write files. */
  write?: pulumi.Input<boolean>;
  /** iconik may delete files, when assets are purged. */
  delete?: pulumi.Input<boolean>;
  /** iconik looks for new files. */
  scan?: pulumi.Input<boolean>;
  /** Uploads of this purpose go here unless people choose another. */
  default?: pulumi.Input<boolean>;
  /** Scans the bucket at intervals; `false` switches it off. */
  autoScan?: pulumi.Input<false | {
    /** Hours between two scans. At least 1. */
    hoursInterval: pulumi.Input<number>;
  }>;
  /** Who sees the storage itself and may upload to it. */
  access?: Access;
  /**
   * After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is
   * described, and no more.
   */
  verify?: pulumi.Input<boolean>;
  /**
   * Name of the bucket. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  bucket: pulumi.Input<string>;
  /** Name of the project that owns the bucket. */
  project: pulumi.Input<string>;
  /** Key of the service account, as JSON. Secret: encrypted in the state, never printed. */
  jsonKey?: pulumi.Input<string>;
  /**
   * Folder within the bucket; empty: the whole bucket. Changing it is refused: add a storage with the new value,
   * move the files over in iconik, then remove this one: iconik keeps file records of the old place.
   */
  path?: pulumi.Input<string>;
  /** Adds a unique id to file names, so that none is overwritten. */
  addUuidToFilenames?: pulumi.Input<boolean>;
  /** Files fetched ahead for edge transcoders. `iconik.clear` unsets it. */
  preloadEdgeJobs?: Clearable<number>;
  /** Collection under which folders are mapped. By id. */
  rootCollection?: pulumi.Input<string>;
  /** Access to assets that are uploaded here. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Group that gets access to what is scanned in, where no template is set. `iconik.clear` unsets it. */
  accessGroup?: Reference<UserGroup | Team> | Clear;
  /** Files of the same content become one asset. */
  aggregateIdenticalFiles?: pulumi.Input<boolean>;
  /** Names left out when identical files are looked for. */
  aggregateIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Looks for identical files on this storage only. */
  aggregateOnlyOnSameStorage?: pulumi.Input<boolean>;
  /** Folders become collections. */
  enableCollectionDirectoryMapping?: pulumi.Input<boolean>;
  /** The file name becomes the asset's external id. */
  filenameIsExternalId?: pulumi.Input<boolean>;
  /** Metadata field that takes folder names as tags. */
  folderNameTagsMetadataFieldName?: pulumi.Input<string>;
  /** View of that metadata field. By id. `iconik.clear` unsets it. */
  folderNameTagsMetadataView?: Clearable<string>;
  /** Service that turns sidecar files into metadata. */
  metadataConversionUrl?: pulumi.Input<string>;
  /**
   * Headers sent to that service; they may hold a password. `iconik.clear` unsets it. Secret: encrypted in the
   * state, never printed.
   */
  metadataConversionUrlHeaders?: Clearable<string>;
  /** View of the metadata that sidecar files bring. By id. `iconik.clear` unsets it. */
  metadataView?: Clearable<string>;
  /** Folders that are scanned; left empty: all. */
  scanDirectories?: pulumi.Input<pulumi.Input<string>[]>;
  /** Patterns of what is not scanned: globs, or re: and a regular expression. */
  scanIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Waits for the sidecar file before an asset is made; wants a metadata view. */
  sidecarMetadataRequired?: pulumi.Input<boolean>;
  /** Titles keep the extension of the file. */
  titleIncludesExtension?: pulumi.Input<boolean>;
  /** Patterns of what gets no proxy. */
  transcodeIgnore?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Azure Blob Storage. iconik takes account keys only, so nothing narrower than the account can be granted.
 *
 * @example
 * new iconik.Storage("Masters", {
 *   type: "azure",
 *   purpose: "files",
 *   container: "media",
 *   connectionString: config.requireSecret("connectionString"),
 * });
 */
export interface AzureStorageArgs {
  /** What people call the storage; unique in the tenant. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /**
   * What the storage is. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  type: "azure";
  /**
   * What lies there. Changing it is refused: add a storage with the new value, move the files over in iconik, then
   * remove this one: iconik keeps file records of the old place.
   */
  purpose: pulumi.Input<"files" | "exports" | "archive" | "keyframes" | "proxies" | "faces">;
  /** What it is for. `iconik.clear` unsets it. */
  description?: Clearable<string>;
  /** iconik may read files. */
  read?: pulumi.Input<boolean>;
  /** iconik may write files. */
  write?: pulumi.Input<boolean>;
  /** iconik may delete files, when assets are purged. */
  delete?: pulumi.Input<boolean>;
  /** iconik looks for new files. */
  scan?: pulumi.Input<boolean>;
  /** Uploads of this purpose go here unless people choose another. */
  default?: pulumi.Input<boolean>;
  /** Scans the bucket at intervals; `false` switches it off. */
  autoScan?: pulumi.Input<false | {
    /** Hours between two scans. At least 1. */
    hoursInterval: pulumi.Input<number>;
  }>;
  /** Who sees the storage itself and may upload to it. */
  access?: Access;
  /**
   * After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is
   * described, and no more.
   */
  verify?: pulumi.Input<boolean>;
  /**
   * Name of the container. Changing it is refused: add a storage with the new value, move the files over in
   * iconik, then remove this one: iconik keeps file records of the old place.
   */
  container: pulumi.Input<string>;
  /** Connection string with an account key. Secret: encrypted in the state, never printed. */
  connectionString?: pulumi.Input<string>;
  /**
   * Folder within the bucket; empty: the whole bucket. Changing it is refused: add a storage with the new value,
   * move the files over in iconik, then remove this one: iconik keeps file records of the old place.
   */
  path?: pulumi.Input<string>;
  /** Adds a unique id to file names, so that none is overwritten. */
  addUuidToFilenames?: pulumi.Input<boolean>;
  /** Files fetched ahead for edge transcoders. `iconik.clear` unsets it. */
  preloadEdgeJobs?: Clearable<number>;
  /** Collection under which folders are mapped. By id. */
  rootCollection?: pulumi.Input<string>;
  /** Access to assets that are uploaded here. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Group that gets access to what is scanned in, where no template is set. `iconik.clear` unsets it. */
  accessGroup?: Reference<UserGroup | Team> | Clear;
  /** Files of the same content become one asset. */
  aggregateIdenticalFiles?: pulumi.Input<boolean>;
  /** Names left out when identical files are looked for. */
  aggregateIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Looks for identical files on this storage only. */
  aggregateOnlyOnSameStorage?: pulumi.Input<boolean>;
  /** Folders become collections. */
  enableCollectionDirectoryMapping?: pulumi.Input<boolean>;
  /** The file name becomes the asset's external id. */
  filenameIsExternalId?: pulumi.Input<boolean>;
  /** Metadata field that takes folder names as tags. */
  folderNameTagsMetadataFieldName?: pulumi.Input<string>;
  /** View of that metadata field. By id. `iconik.clear` unsets it. */
  folderNameTagsMetadataView?: Clearable<string>;
  /** Service that turns sidecar files into metadata. */
  metadataConversionUrl?: pulumi.Input<string>;
  /**
   * Headers sent to that service; they may hold a password. `iconik.clear` unsets it. Secret: encrypted in the
   * state, never printed.
   */
  metadataConversionUrlHeaders?: Clearable<string>;
  /** View of the metadata that sidecar files bring. By id. `iconik.clear` unsets it. */
  metadataView?: Clearable<string>;
  /** Folders that are scanned; left empty: all. */
  scanDirectories?: pulumi.Input<pulumi.Input<string>[]>;
  /** Patterns of what is not scanned: globs, or re: and a regular expression. */
  scanIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Waits for the sidecar file before an asset is made; wants a metadata view. */
  sidecarMetadataRequired?: pulumi.Input<boolean>;
  /** Titles keep the extension of the file. */
  titleIncludesExtension?: pulumi.Input<boolean>;
  /** Patterns of what gets no proxy. */
  transcodeIgnore?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Backblaze B2 by its own protocol.
 *
 * @example
 * new iconik.Storage("Masters", {
 *   type: "b2",
 *   purpose: "files",
 *   bucket: "example-b2",
 *   bucketId: "e73ede9c9c8412db49f60715",
 *   keyId: "00512345",
 *   applicationKey: config.requireSecret("applicationKey"),
 * });
 */
export interface B2StorageArgs {
  /** What people call the storage; unique in the tenant. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /**
   * What the storage is. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  type: "b2";
  /**
   * What lies there. Changing it is refused: add a storage with the new value, move the files over in iconik, then
   * remove this one: iconik keeps file records of the old place.
   */
  purpose: pulumi.Input<"files" | "exports" | "archive" | "keyframes" | "proxies" | "faces">;
  /** What it is for. `iconik.clear` unsets it. */
  description?: Clearable<string>;
  /** iconik may read files. */
  read?: pulumi.Input<boolean>;
  /** iconik may write files. */
  write?: pulumi.Input<boolean>;
  /** iconik may delete files, when assets are purged. */
  delete?: pulumi.Input<boolean>;
  /** iconik looks for new files. */
  scan?: pulumi.Input<boolean>;
  /** Uploads of this purpose go here unless people choose another. */
  default?: pulumi.Input<boolean>;
  /** Scans the bucket at intervals; `false` switches it off. */
  autoScan?: pulumi.Input<false | {
    /** Hours between two scans. At least 1. */
    hoursInterval: pulumi.Input<number>;
  }>;
  /** Who sees the storage itself and may upload to it. */
  access?: Access;
  /**
   * After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is
   * described, and no more.
   */
  verify?: pulumi.Input<boolean>;
  /**
   * Name of the bucket. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  bucket: pulumi.Input<string>;
  /**
   * Id of the bucket. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  bucketId?: pulumi.Input<string>;
  /** Id of the application key. */
  keyId?: pulumi.Input<string>;
  /** The application key. Secret: encrypted in the state, never printed. */
  applicationKey?: pulumi.Input<string>;
  /**
   * Folder within the bucket; empty: the whole bucket. Changing it is refused: add a storage with the new value,
   * move the files over in iconik, then remove this one: iconik keeps file records of the old place.
   */
  path?: pulumi.Input<string>;
  /** Adds a unique id to file names, so that none is overwritten. */
  addUuidToFilenames?: pulumi.Input<boolean>;
  /** Files fetched ahead for edge transcoders. `iconik.clear` unsets it. */
  preloadEdgeJobs?: Clearable<number>;
  /** Collection under which folders are mapped. By id. */
  rootCollection?: pulumi.Input<string>;
  /** Access to assets that are uploaded here. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Group that gets access to what is scanned in, where no template is set. `iconik.clear` unsets it. */
  accessGroup?: Reference<UserGroup | Team> | Clear;
  /** Files of the same content become one asset. */
  aggregateIdenticalFiles?: pulumi.Input<boolean>;
  /** Names left out when identical files are looked for. */
  aggregateIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Looks for identical files on this storage only. */
  aggregateOnlyOnSameStorage?: pulumi.Input<boolean>;
  /** Folders become collections. */
  enableCollectionDirectoryMapping?: pulumi.Input<boolean>;
  /** The file name becomes the asset's external id. */
  filenameIsExternalId?: pulumi.Input<boolean>;
  /** Metadata field that takes folder names as tags. */
  folderNameTagsMetadataFieldName?: pulumi.Input<string>;
  /** View of that metadata field. By id. `iconik.clear` unsets it. */
  folderNameTagsMetadataView?: Clearable<string>;
  /** Service that turns sidecar files into metadata. */
  metadataConversionUrl?: pulumi.Input<string>;
  /**
   * Headers sent to that service; they may hold a password. `iconik.clear` unsets it. Secret: encrypted in the
   * state, never printed.
   */
  metadataConversionUrlHeaders?: Clearable<string>;
  /** View of the metadata that sidecar files bring. By id. `iconik.clear` unsets it. */
  metadataView?: Clearable<string>;
  /** Folders that are scanned; left empty: all. */
  scanDirectories?: pulumi.Input<pulumi.Input<string>[]>;
  /** Patterns of what is not scanned: globs, or re: and a regular expression. */
  scanIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Waits for the sidecar file before an asset is made; wants a metadata view. */
  sidecarMetadataRequired?: pulumi.Input<boolean>;
  /** Titles keep the extension of the file. */
  titleIncludesExtension?: pulumi.Input<boolean>;
  /** Patterns of what gets no proxy. */
  transcodeIgnore?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * A file system on site, served by an iconik Storage Gateway.
 *
 * @example
 * new iconik.Storage("Masters", { type: "file", purpose: "files", mountPoint: "/mnt/playout" });
 */
export interface FileStorageArgs {
  /** What people call the storage; unique in the tenant. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /**
   * What the storage is. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  type: "file";
  /**
   * What lies there. Changing it is refused: add a storage with the new value, move the files over in iconik, then
   * remove this one: iconik keeps file records of the old place.
   */
  purpose: pulumi.Input<"files" | "exports" | "archive" | "keyframes" | "proxies" | "faces">;
  /** What it is for. `iconik.clear` unsets it. */
  description?: Clearable<string>;
  /** iconik may read files. */
  read?: pulumi.Input<boolean>;
  /** iconik may write files. */
  write?: pulumi.Input<boolean>;
  /** iconik may delete files, when assets are purged. */
  delete?: pulumi.Input<boolean>;
  /** iconik looks for new files. */
  scan?: pulumi.Input<boolean>;
  /** Uploads of this purpose go here unless people choose another. */
  default?: pulumi.Input<boolean>;
  /** Scans the bucket at intervals; `false` switches it off. */
  autoScan?: pulumi.Input<false | {
    /** Hours between two scans. At least 1. */
    hoursInterval: pulumi.Input<number>;
  }>;
  /** Who sees the storage itself and may upload to it. */
  access?: Access;
  /**
   * After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is
   * described, and no more.
   */
  verify?: pulumi.Input<boolean>;
  /**
   * Where the gateway sees the files. Changing it is refused: add a storage with the new value, move the files
   * over in iconik, then remove this one: iconik keeps file records of the old place.
   */
  mountPoint: pulumi.Input<string>;
  /** Reads files outside the folders that are scanned. */
  allowAccessOutsideScanDirectories?: pulumi.Input<boolean>;
  /** Ending that marks a file as a version of another. */
  assetVersionsSuffix?: pulumi.Input<string>;
  /** Patterns that never become versions. */
  autoVersionIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Versions taken in at once. */
  autoVersionIngestThrottleValue?: pulumi.Input<number>;
  /** Patterns of original files in folders that are assets. */
  directoryAssetsOriginalPatterns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Patterns of files to transcode in folders that are assets. */
  directoryAssetsTranscodePatterns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Changed files become versions. */
  enableAutoVersioning?: pulumi.Input<boolean>;
  /** Folders can be assets. */
  enableDirectoryAssets?: pulumi.Input<boolean>;
  /** Seconds without growth after which a file is complete. */
  growingFilesThreshold?: pulumi.Input<number>;
  /** Makes keyframes on site. */
  localKeyframeCreation?: pulumi.Input<boolean>;
  /** Makes proxies on site. */
  localProxyCreation?: pulumi.Input<boolean>;
  /** Folders that go first. `iconik.clear` unsets it. */
  prioDirs?: Clearable<pulumi.Input<{
    /** The folder. */
    directory?: pulumi.Input<string>;
    /** The higher, the sooner. */
    priority?: pulumi.Input<number>;
  }>[]>;
  /** Public key of the gateway. */
  publicIdentity?: pulumi.Input<string>;
  /** Folder on the remote storage to which files are uploaded. */
  remotePath?: pulumi.Input<string>;
  /** Storage to which files are uploaded. */
  remoteStorage?: Reference<Storage>;
  /** Patterns of what is scanned; they win over scanIgnore. */
  scanInclude?: pulumi.Input<pulumi.Input<string>[]>;
  /** Seconds between two scans. */
  scanIntervalSeconds?: pulumi.Input<number>;
  /** Uploads nothing of which a remote copy exists. */
  skipUploadOnAnyRemoteCopyFound?: pulumi.Input<boolean>;
  /** Address for direct transfers between gateways. */
  storageAddr?: pulumi.Input<string>;
  /** Patterns of what gets a proxy; they win over transcodeIgnore. */
  transcodeInclude?: pulumi.Input<pulumi.Input<string>[]>;
  /** Uploads files to the remote storage. */
  uploadFiles?: pulumi.Input<boolean>;
  /** Patterns of what is not uploaded. */
  uploadIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Access to assets that are uploaded here. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Group that gets access to what is scanned in, where no template is set. `iconik.clear` unsets it. */
  accessGroup?: Reference<UserGroup | Team> | Clear;
  /** Files of the same content become one asset. */
  aggregateIdenticalFiles?: pulumi.Input<boolean>;
  /** Names left out when identical files are looked for. */
  aggregateIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Looks for identical files on this storage only. */
  aggregateOnlyOnSameStorage?: pulumi.Input<boolean>;
  /** Folders become collections. */
  enableCollectionDirectoryMapping?: pulumi.Input<boolean>;
  /** The file name becomes the asset's external id. */
  filenameIsExternalId?: pulumi.Input<boolean>;
  /** Metadata field that takes folder names as tags. */
  folderNameTagsMetadataFieldName?: pulumi.Input<string>;
  /** View of that metadata field. By id. `iconik.clear` unsets it. */
  folderNameTagsMetadataView?: Clearable<string>;
  /** Service that turns sidecar files into metadata. */
  metadataConversionUrl?: pulumi.Input<string>;
  /**
   * Headers sent to that service; they may hold a password. `iconik.clear` unsets it. Secret: encrypted in the
   * state, never printed.
   */
  metadataConversionUrlHeaders?: Clearable<string>;
  /** View of the metadata that sidecar files bring. By id. `iconik.clear` unsets it. */
  metadataView?: Clearable<string>;
  /** Folders that are scanned; left empty: all. */
  scanDirectories?: pulumi.Input<pulumi.Input<string>[]>;
  /** Patterns of what is not scanned: globs, or re: and a regular expression. */
  scanIgnore?: pulumi.Input<pulumi.Input<string>[]>;
  /** Waits for the sidecar file before an asset is made; wants a metadata view. */
  sidecarMetadataRequired?: pulumi.Input<boolean>;
  /** Titles keep the extension of the file. */
  titleIncludesExtension?: pulumi.Input<boolean>;
  /** Patterns of what gets no proxy. */
  transcodeIgnore?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Cantemo Portal. It scans itself.
 *
 * @example
 * new iconik.Storage("Masters", { type: "portal", purpose: "files" });
 */
export interface PortalStorageArgs {
  /** What people call the storage; unique in the tenant. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /**
   * What the storage is. Changing it is refused: add a storage with the new value, move the files over in iconik,
   * then remove this one: iconik keeps file records of the old place.
   */
  type: "portal";
  /**
   * What lies there. Changing it is refused: add a storage with the new value, move the files over in iconik, then
   * remove this one: iconik keeps file records of the old place.
   */
  purpose: pulumi.Input<"files" | "exports" | "archive" | "keyframes" | "proxies" | "faces">;
  /** What it is for. `iconik.clear` unsets it. */
  description?: Clearable<string>;
  /** iconik may read files. */
  read?: pulumi.Input<boolean>;
  /** iconik may write files. */
  write?: pulumi.Input<boolean>;
  /** iconik may delete files, when assets are purged. */
  delete?: pulumi.Input<boolean>;
  /** iconik looks for new files. */
  scan?: pulumi.Input<boolean>;
  /** Uploads of this purpose go here unless people choose another. */
  default?: pulumi.Input<boolean>;
  /** Scans the bucket at intervals; `false` switches it off. */
  autoScan?: pulumi.Input<false | {
    /** Hours between two scans. At least 1. */
    hoursInterval: pulumi.Input<number>;
  }>;
  /** Who sees the storage itself and may upload to it. */
  access?: Access;
  /**
   * After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is
   * described, and no more.
   */
  verify?: pulumi.Input<boolean>;
}

/** Arguments of {@link Storage}: `type` decides which. */
export type StorageArgs =
  | S3StorageArgs
  | WasabiStorageArgs
  | IbmCosStorageArgs
  | CloudianStorageArgs
  | S3CompatibleStorageArgs
  | GcsStorageArgs
  | AzureStorageArgs
  | B2StorageArgs
  | FileStorageArgs
  | PortalStorageArgs;

/** Arguments of a {@link Storage} that iconik made itself (`builtIn`): what is left out stays as it is. */
export type BuiltInStorageArgs = BuiltIn<StorageArgs, "type">;

/**
 * A place where files lie: a bucket in a cloud, a file system on site, a Cantemo Portal.
 *
 * @example
 * new iconik.Storage("Masters", {
 *   type: "s3",
 *   purpose: "files",
 *   bucket: "example-masters",
 *   region: "eu-north-1",
 *   path: "",
 *   credentials: "managed",
 *   read: true,
 *   write: true,
 *   delete: false,
 *   scan: true,
 * });
 */
export class Storage extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:Storage";
  /** What people call the storage; unique in the tenant. */
  declare readonly name: pulumi.Output<string>;
  /** What the storage is. */
  declare readonly type: pulumi.Output<"s3" | "wasabi" | "ibmCos" | "cloudian" | "s3Compatible" | "gcs" | "azure" | "b2" | "file" | "portal">;
  /** What lies there. */
  declare readonly purpose: pulumi.Output<"files" | "exports" | "archive" | "keyframes" | "proxies" | "faces">;
  /** What it is for. */
  declare readonly description: pulumi.Output<string | Clear | undefined>;
  /** iconik may read files. */
  declare readonly read: pulumi.Output<boolean | undefined>;
  /** iconik may write files. */
  declare readonly write: pulumi.Output<boolean | undefined>;
  /** iconik may delete files, when assets are purged. */
  declare readonly delete: pulumi.Output<boolean | undefined>;
  /** iconik looks for new files. */
  declare readonly scan: pulumi.Output<boolean | undefined>;
  /** Uploads of this purpose go here unless people choose another. */
  declare readonly default: pulumi.Output<boolean | undefined>;
  /** Scans the bucket at intervals; `false` switches it off. */
  declare readonly autoScan: pulumi.Output<false | { hoursInterval: number } | undefined>;
  /** Who sees the storage itself and may upload to it. */
  declare readonly access: pulumi.Output<KeptAccess | undefined>;
  /**
   * After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is
   * described, and no more.
   */
  declare readonly verify: pulumi.Output<boolean | undefined>;
  /** Whether iconik can use it. */
  declare readonly status: pulumi.Output<"active" | "inactive" | "failing" | undefined>;
  /** What iconik says of it. */
  declare readonly statusMessage: pulumi.Output<string | undefined>;
  /** Name of the bucket. */
  declare readonly bucket: pulumi.Output<string | undefined>;
  /** Region of the bucket. */
  declare readonly region: pulumi.Output<string | undefined>;
  /** Address of the service; follows from the region. */
  declare readonly endpoint: pulumi.Output<string | undefined>;
  /** Id of the access key. */
  declare readonly accessKey: pulumi.Output<string | undefined>;
  /** Secret of the access key. Secret: encrypted in the state, never printed. */
  declare readonly secretKey: pulumi.Output<string | undefined>;
  /** Session token of a temporary key. Secret: encrypted in the state, never printed. */
  declare readonly sessionToken: pulumi.Output<string | undefined>;
  /** Days for which restored objects stay online. */
  declare readonly glacierRestoreTimeout: pulumi.Output<number | Clear | undefined>;
  /** Signed uploads carry an MD5 checksum. */
  declare readonly presignMd5Checksum: pulumi.Output<boolean | undefined>;
  /** Folder within the bucket; empty: the whole bucket. */
  declare readonly path: pulumi.Output<string | undefined>;
  /** Adds a unique id to file names, so that none is overwritten. */
  declare readonly addUuidToFilenames: pulumi.Output<boolean | undefined>;
  /** Files fetched ahead for edge transcoders. */
  declare readonly preloadEdgeJobs: pulumi.Output<number | Clear | undefined>;
  /** Collection under which folders are mapped. */
  declare readonly rootCollection: pulumi.Output<string | undefined>;
  /** Access to assets that are uploaded here. */
  declare readonly aclTemplate: pulumi.Output<string | Existing | Clear | undefined>;
  /** Group that gets access to what is scanned in, where no template is set. */
  declare readonly accessGroup: pulumi.Output<string | Existing | Clear | undefined>;
  /** Files of the same content become one asset. */
  declare readonly aggregateIdenticalFiles: pulumi.Output<boolean | undefined>;
  /** Names left out when identical files are looked for. */
  declare readonly aggregateIgnore: pulumi.Output<string[] | undefined>;
  /** Looks for identical files on this storage only. */
  declare readonly aggregateOnlyOnSameStorage: pulumi.Output<boolean | undefined>;
  /** Folders become collections. */
  declare readonly enableCollectionDirectoryMapping: pulumi.Output<boolean | undefined>;
  /** The file name becomes the asset's external id. */
  declare readonly filenameIsExternalId: pulumi.Output<boolean | undefined>;
  /** Metadata field that takes folder names as tags. */
  declare readonly folderNameTagsMetadataFieldName: pulumi.Output<string | undefined>;
  /** View of that metadata field. */
  declare readonly folderNameTagsMetadataView: pulumi.Output<string | Clear | undefined>;
  /** iconik's own storage. */
  declare readonly isSystem: pulumi.Output<boolean | undefined>;
  /** Service that turns sidecar files into metadata. */
  declare readonly metadataConversionUrl: pulumi.Output<string | undefined>;
  /** Headers sent to that service; they may hold a password. Secret: encrypted in the state, never printed. */
  declare readonly metadataConversionUrlHeaders: pulumi.Output<string | Clear | undefined>;
  /** View of the metadata that sidecar files bring. */
  declare readonly metadataView: pulumi.Output<string | Clear | undefined>;
  /** Folders that are scanned; left empty: all. */
  declare readonly scanDirectories: pulumi.Output<string[] | undefined>;
  /** Patterns of what is not scanned: globs, or re: and a regular expression. */
  declare readonly scanIgnore: pulumi.Output<string[] | undefined>;
  /** Waits for the sidecar file before an asset is made; wants a metadata view. */
  declare readonly sidecarMetadataRequired: pulumi.Output<boolean | undefined>;
  /** Titles keep the extension of the file. */
  declare readonly titleIncludesExtension: pulumi.Output<boolean | undefined>;
  /** Patterns of what gets no proxy. */
  declare readonly transcodeIgnore: pulumi.Output<string[] | undefined>;
  /** Uses S3 transfer acceleration; the bucket must have it switched on. */
  declare readonly useAcceleration: pulumi.Output<boolean | undefined>;
  /** Queue that tells of new objects. */
  declare readonly notificationSqsUrl: pulumi.Output<string | undefined>;
  /** `managed`: iconik's own role, no key exists. `keys`: an access key. */
  declare readonly credentials: pulumi.Output<"managed" | "keys" | undefined>;
  /** Name of the project that owns the bucket. */
  declare readonly project: pulumi.Output<string | undefined>;
  /** Key of the service account, as JSON. Secret: encrypted in the state, never printed. */
  declare readonly jsonKey: pulumi.Output<string | undefined>;
  /** Name of the container. */
  declare readonly container: pulumi.Output<string | undefined>;
  /** Connection string with an account key. Secret: encrypted in the state, never printed. */
  declare readonly connectionString: pulumi.Output<string | undefined>;
  /** Id of the bucket. */
  declare readonly bucketId: pulumi.Output<string | undefined>;
  /** Id of the application key. */
  declare readonly keyId: pulumi.Output<string | undefined>;
  /** The application key. Secret: encrypted in the state, never printed. */
  declare readonly applicationKey: pulumi.Output<string | undefined>;
  /** Where the gateway sees the files. */
  declare readonly mountPoint: pulumi.Output<string | undefined>;
  /** Reads files outside the folders that are scanned. */
  declare readonly allowAccessOutsideScanDirectories: pulumi.Output<boolean | undefined>;
  /** Ending that marks a file as a version of another. */
  declare readonly assetVersionsSuffix: pulumi.Output<string | undefined>;
  /** Patterns that never become versions. */
  declare readonly autoVersionIgnore: pulumi.Output<string[] | undefined>;
  /** Versions taken in at once. */
  declare readonly autoVersionIngestThrottleValue: pulumi.Output<number | undefined>;
  /** Patterns of original files in folders that are assets. */
  declare readonly directoryAssetsOriginalPatterns: pulumi.Output<string[] | undefined>;
  /** Patterns of files to transcode in folders that are assets. */
  declare readonly directoryAssetsTranscodePatterns: pulumi.Output<string[] | undefined>;
  /** Changed files become versions. */
  declare readonly enableAutoVersioning: pulumi.Output<boolean | undefined>;
  /** Folders can be assets. */
  declare readonly enableDirectoryAssets: pulumi.Output<boolean | undefined>;
  /** User of the gateway. */
  declare readonly gatewayUser: pulumi.Output<string | undefined>;
  /** Seconds without growth after which a file is complete. */
  declare readonly growingFilesThreshold: pulumi.Output<number | undefined>;
  /** Makes keyframes on site. */
  declare readonly localKeyframeCreation: pulumi.Output<boolean | undefined>;
  /** Makes proxies on site. */
  declare readonly localProxyCreation: pulumi.Output<boolean | undefined>;
  /** Folders that go first. */
  declare readonly prioDirs: pulumi.Output<{ directory?: string; priority?: number }[] | Clear | undefined>;
  /** Public key of the gateway. */
  declare readonly publicIdentity: pulumi.Output<string | undefined>;
  /** Folder on the remote storage to which files are uploaded. */
  declare readonly remotePath: pulumi.Output<string | undefined>;
  /** Storage to which files are uploaded. */
  declare readonly remoteStorage: pulumi.Output<string | Existing | undefined>;
  /** Patterns of what is scanned; they win over scanIgnore. */
  declare readonly scanInclude: pulumi.Output<string[] | undefined>;
  /** Seconds between two scans. */
  declare readonly scanIntervalSeconds: pulumi.Output<number | undefined>;
  /** Uploads nothing of which a remote copy exists. */
  declare readonly skipUploadOnAnyRemoteCopyFound: pulumi.Output<boolean | undefined>;
  /** Address for direct transfers between gateways. */
  declare readonly storageAddr: pulumi.Output<string | undefined>;
  /** Patterns of what gets a proxy; they win over transcodeIgnore. */
  declare readonly transcodeInclude: pulumi.Output<string[] | undefined>;
  /** Uploads files to the remote storage. */
  declare readonly uploadFiles: pulumi.Output<boolean | undefined>;
  /** Patterns of what is not uploaded. */
  declare readonly uploadIgnore: pulumi.Output<string[] | undefined>;

  constructor(name: string, args: BuiltInStorageArgs, opts: IconikResourceOptions & { builtIn: true });
  constructor(name: string, args: StorageArgs, opts?: IconikResourceOptions);
  constructor(name: string, args: StorageArgs | BuiltInStorageArgs, opts?: IconikResourceOptions) {
    super("Storage", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Storage {
    return new Storage(name, {} as StorageArgs, { ...opts, id });
  }
}

/** Arguments of {@link Team}. */
export interface TeamArgs {
  /** What people call the team. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /** A second, short name. */
  alias?: pulumi.Input<string>;
  /** What the team is for. */
  description?: pulumi.Input<string>;
  /** Type of the people who come in by this team; it caps what they may do. `iconik.clear` unsets it. */
  defaultUserType?: Clearable<"power" | "standard" | "browseOnly" | "browseApiOnly">;
  /** Id of the team in another system; an identity provider may own it. `iconik.clear` unsets it. */
  externalId?: Clearable<string>;
  /** Which of a person's groups becomes the primary one at SAML login. `iconik.clear` unsets it. */
  samlPrimaryGroupPriority?: Clearable<number>;
}

/**
 * Who belongs together: teams stand in access lists and carry settings. Only in tenants made since October 2025;
 * what people may do is said by role groups.
 *
 * @example
 * new iconik.Team("Sport", { description: "Sport desk" });
 */
export class Team extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:Team";
  /** What people call the team. */
  declare readonly name: pulumi.Output<string>;
  /** A second, short name. */
  declare readonly alias: pulumi.Output<string | undefined>;
  /** What the team is for. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Type of the people who come in by this team; it caps what they may do. */
  declare readonly defaultUserType: pulumi.Output<"power" | "standard" | "browseOnly" | "browseApiOnly" | Clear | undefined>;
  /** Id of the team in another system; an identity provider may own it. */
  declare readonly externalId: pulumi.Output<string | Clear | undefined>;
  /** Which of a person's groups becomes the primary one at SAML login. */
  declare readonly samlPrimaryGroupPriority: pulumi.Output<number | Clear | undefined>;

  constructor(name: string, args: TeamArgs = {}, opts?: IconikResourceOptions) {
    super("Team", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Team {
    return new Team(name, {} as TeamArgs, { ...opts, id });
  }
}

/** Arguments of {@link TeamSettings}. */
export interface TeamSettingsArgs {
  /** The team whose settings they are. Changing it replaces the resource. */
  team: Reference<Team>;
  /** Access to assets that are uploaded, where the storage has no template of its own. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Storage that uploads go to. `iconik.clear` unsets it. */
  defaultUploadStorage?: Reference<Storage> | Clear;
  /** New collections take over the access of the collection above. `iconik.clear` unsets it. */
  collectionsGetParentAcls?: Clearable<boolean>;
  /** Downloaded files carry the asset's id in their name. `iconik.clear` unsets it. */
  appendAssetUuidToDownloads?: Clearable<boolean>;
  /** Downloaded files are named after the asset. `iconik.clear` unsets it. */
  useAssetNameOnDownload?: Clearable<boolean>;
  /** Hours for which deleted things stay in the recycle bin. From 0 to 87600. `iconik.clear` unsets it. */
  deleteGracePeriod?: Clearable<number>;
  /** Days after which a share ends. From 0 to 3650. `iconik.clear` unsets it. */
  shareExpirationTime?: Clearable<number>;
  /** How dates are shown. `iconik.clear` unsets it. */
  dateFormat?: Clearable<string>;
  /** How dates with times are shown. `iconik.clear` unsets it. */
  datetimeFormat?: Clearable<string>;
  /** Page that people start on. `iconik.clear` unsets it. */
  homePage?: Clearable<string>;
  /** Hides favourites. `iconik.clear` unsets it. */
  hideFavourites?: Clearable<boolean>;
  /** Sections of an asset's page that are open at first, in order. */
  assetDefaultSections?: pulumi.Input<pulumi.Input<string>[]>;
  /** Sections of the search page that are open at first, in order. */
  searchDefaultSections?: pulumi.Input<pulumi.Input<string>[]>;
  /** Fields shown in search results, in order. */
  searchDisplayFields?: pulumi.Input<pulumi.Input<{
    /** Its name. */
    name: pulumi.Input<string>;
  }>[]>;
  /** Search looks into transcriptions. `iconik.clear` unsets it. */
  searchInTranscriptions?: Clearable<boolean>;
  /** The title column of search results fits its text. `iconik.clear` unsets it. */
  searchAutoResizeTitleColumn?: Clearable<boolean>;
  /** Fields offered as filters, in order. */
  facetFields?: pulumi.Input<pulumi.Input<{
    /** Its name. */
    name: pulumi.Input<string>;
  }>[]>;
  /** View of the filters on the search page. By id. `iconik.clear` unsets it. */
  filtersDefaultMetadataView?: Clearable<string>;
  /** View shown for assets in search results. By id. `iconik.clear` unsets it. */
  searchResultsAssetMetadataView?: Clearable<string>;
  /** View shown for collections in search results. By id. `iconik.clear` unsets it. */
  searchResultsCollectionMetadataView?: Clearable<string>;
  /** Saved layout of the search page. By id. `iconik.clear` unsets it. */
  searchView?: Clearable<string>;
  /** Views that must be filled in at upload, in order. By id. */
  requiredMetadataViews?: pulumi.Input<pulumi.Input<string>[]>;
  /** Storage of the logo. `iconik.clear` unsets it. */
  logoStorage?: Reference<Storage> | Clear;
  /** What the dashboard of jobs shows. `iconik.clear` unsets it. */
  jobsDashboard?: Clearable<{
    /** Parts of the dashboard, in order. */
    widgets?: pulumi.Input<pulumi.Input<{
      /** Its id. */
      id?: pulumi.Input<string>;
      /** Its title. `iconik.clear` unsets it. */
      title?: Clearable<string>;
      /** What it shows. */
      type?: pulumi.Input<"jobsList" | "jobsStatsList">;
      /** Columns, filters, limit and sorting, as iconik keeps them. */
      options?: pulumi.Input<unknown>;
    }>[]>;
  }>;
}

/**
 * Settings of the people whose primary team it is. A resource of its own, so that a team's template may name the
 * team.
 *
 * @example
 * new iconik.TeamSettings("TeamSettings", { team: { existing: "Everyone" }, deleteGracePeriod: 48, hideFavourites: true });
 */
export class TeamSettings extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:TeamSettings";
  /** The team whose settings they are. */
  declare readonly team: pulumi.Output<string | Existing>;
  /** Access to assets that are uploaded, where the storage has no template of its own. */
  declare readonly aclTemplate: pulumi.Output<string | Existing | Clear | undefined>;
  /** Storage that uploads go to. */
  declare readonly defaultUploadStorage: pulumi.Output<string | Existing | Clear | undefined>;
  /** New collections take over the access of the collection above. */
  declare readonly collectionsGetParentAcls: pulumi.Output<boolean | Clear | undefined>;
  /** Downloaded files carry the asset's id in their name. */
  declare readonly appendAssetUuidToDownloads: pulumi.Output<boolean | Clear | undefined>;
  /** Downloaded files are named after the asset. */
  declare readonly useAssetNameOnDownload: pulumi.Output<boolean | Clear | undefined>;
  /** Hours for which deleted things stay in the recycle bin. */
  declare readonly deleteGracePeriod: pulumi.Output<number | Clear | undefined>;
  /** Days after which a share ends. */
  declare readonly shareExpirationTime: pulumi.Output<number | Clear | undefined>;
  /** How dates are shown. */
  declare readonly dateFormat: pulumi.Output<string | Clear | undefined>;
  /** How dates with times are shown. */
  declare readonly datetimeFormat: pulumi.Output<string | Clear | undefined>;
  /** Page that people start on. */
  declare readonly homePage: pulumi.Output<string | Clear | undefined>;
  /** Hides favourites. */
  declare readonly hideFavourites: pulumi.Output<boolean | Clear | undefined>;
  /** Sections of an asset's page that are open at first, in order. */
  declare readonly assetDefaultSections: pulumi.Output<string[] | undefined>;
  /** Sections of the search page that are open at first, in order. */
  declare readonly searchDefaultSections: pulumi.Output<string[] | undefined>;
  /** Fields shown in search results, in order. */
  declare readonly searchDisplayFields: pulumi.Output<{ name: string }[] | undefined>;
  /** Search looks into transcriptions. */
  declare readonly searchInTranscriptions: pulumi.Output<boolean | Clear | undefined>;
  /** The title column of search results fits its text. */
  declare readonly searchAutoResizeTitleColumn: pulumi.Output<boolean | Clear | undefined>;
  /** Fields offered as filters, in order. */
  declare readonly facetFields: pulumi.Output<{ name: string }[] | undefined>;
  /** View of the filters on the search page. */
  declare readonly filtersDefaultMetadataView: pulumi.Output<string | Clear | undefined>;
  /** View shown for assets in search results. */
  declare readonly searchResultsAssetMetadataView: pulumi.Output<string | Clear | undefined>;
  /** View shown for collections in search results. */
  declare readonly searchResultsCollectionMetadataView: pulumi.Output<string | Clear | undefined>;
  /** Saved layout of the search page. */
  declare readonly searchView: pulumi.Output<string | Clear | undefined>;
  /** Views that must be filled in at upload, in order. */
  declare readonly requiredMetadataViews: pulumi.Output<string[] | undefined>;
  /** Storage of the logo. */
  declare readonly logoStorage: pulumi.Output<string | Existing | Clear | undefined>;
  /** What the dashboard of jobs shows. */
  declare readonly jobsDashboard: pulumi.Output<{ widgets?: { id?: string; title?: string | Clear; type?: "jobsList" | "jobsStatsList"; options?: unknown }[] } | Clear | undefined>;

  constructor(name: string, args: TeamSettingsArgs, opts?: IconikResourceOptions) {
    super("TeamSettings", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): TeamSettings {
    return new TeamSettings(name, {} as TeamSettingsArgs, { ...opts, id });
  }
}

/** Arguments of {@link UserGroup}. */
export interface UserGroupArgs {
  /** What people call the group. Left out: the resource's own name. */
  name?: pulumi.Input<string>;
  /** A second, short name. */
  alias?: pulumi.Input<string>;
  /** What the group is for. */
  description?: pulumi.Input<string>;
  /** Type of the people who come in by this group; it caps what they may do. `iconik.clear` unsets it. */
  defaultUserType?: Clearable<"power" | "standard" | "browseOnly" | "browseApiOnly">;
  /** Id of the group in another system; an identity provider may own it. `iconik.clear` unsets it. */
  externalId?: Clearable<string>;
  /** Which of a person's groups becomes the primary one at SAML login. `iconik.clear` unsets it. */
  samlPrimaryGroupPriority?: Clearable<number>;
  /** What its members may do. */
  roles?: pulumi.Input<pulumi.Input<Role>[]>;
}

/**
 * People who share rights. In tenants made before October 2025 a group says both who its members are and what they
 * may do.
 *
 * @example
 * new iconik.UserGroup("Editors", {
 *   description: "Cut and publish",
 *   defaultUserType: "standard",
 *   roles: ["can_read_assets", "can_write_assets"],
 * });
 */
export class UserGroup extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:UserGroup";
  /** What people call the group. */
  declare readonly name: pulumi.Output<string>;
  /** A second, short name. */
  declare readonly alias: pulumi.Output<string | undefined>;
  /** What the group is for. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Type of the people who come in by this group; it caps what they may do. */
  declare readonly defaultUserType: pulumi.Output<"power" | "standard" | "browseOnly" | "browseApiOnly" | Clear | undefined>;
  /** Id of the group in another system; an identity provider may own it. */
  declare readonly externalId: pulumi.Output<string | Clear | undefined>;
  /** Which of a person's groups becomes the primary one at SAML login. */
  declare readonly samlPrimaryGroupPriority: pulumi.Output<number | Clear | undefined>;
  /** What its members may do. */
  declare readonly roles: pulumi.Output<Role[] | undefined>;

  constructor(name: string, args: UserGroupArgs = {}, opts?: IconikResourceOptions) {
    super("UserGroup", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): UserGroup {
    return new UserGroup(name, {} as UserGroupArgs, { ...opts, id });
  }
}

/** Arguments of {@link UserGroupSettings}. */
export interface UserGroupSettingsArgs {
  /** The group whose settings they are. Changing it replaces the resource. */
  group: Reference<UserGroup>;
  /** Access to assets that are uploaded, where the storage has no template of its own. `iconik.clear` unsets it. */
  aclTemplate?: Reference<AclTemplate> | Clear;
  /** Storage that uploads go to. `iconik.clear` unsets it. */
  defaultUploadStorage?: Reference<Storage> | Clear;
  /** New collections take over the access of the collection above. `iconik.clear` unsets it. */
  collectionsGetParentAcls?: Clearable<boolean>;
  /** Downloaded files carry the asset's id in their name. `iconik.clear` unsets it. */
  appendAssetUuidToDownloads?: Clearable<boolean>;
  /** Downloaded files are named after the asset. `iconik.clear` unsets it. */
  useAssetNameOnDownload?: Clearable<boolean>;
  /** Hours for which deleted things stay in the recycle bin. From 0 to 87600. `iconik.clear` unsets it. */
  deleteGracePeriod?: Clearable<number>;
  /** Days after which a share ends. From 0 to 3650. `iconik.clear` unsets it. */
  shareExpirationTime?: Clearable<number>;
  /** How dates are shown. `iconik.clear` unsets it. */
  dateFormat?: Clearable<string>;
  /** How dates with times are shown. `iconik.clear` unsets it. */
  datetimeFormat?: Clearable<string>;
  /** Page that people start on. `iconik.clear` unsets it. */
  homePage?: Clearable<string>;
  /** Hides favourites. `iconik.clear` unsets it. */
  hideFavourites?: Clearable<boolean>;
  /** Sections of an asset's page that are open at first, in order. */
  assetDefaultSections?: pulumi.Input<pulumi.Input<string>[]>;
  /** Sections of the search page that are open at first, in order. */
  searchDefaultSections?: pulumi.Input<pulumi.Input<string>[]>;
  /** Fields shown in search results, in order. */
  searchDisplayFields?: pulumi.Input<pulumi.Input<{
    /** Its name. */
    name: pulumi.Input<string>;
  }>[]>;
  /** Search looks into transcriptions. `iconik.clear` unsets it. */
  searchInTranscriptions?: Clearable<boolean>;
  /** The title column of search results fits its text. `iconik.clear` unsets it. */
  searchAutoResizeTitleColumn?: Clearable<boolean>;
  /** Fields offered as filters, in order. */
  facetFields?: pulumi.Input<pulumi.Input<{
    /** Its name. */
    name: pulumi.Input<string>;
  }>[]>;
  /** View of the filters on the search page. By id. `iconik.clear` unsets it. */
  filtersDefaultMetadataView?: Clearable<string>;
  /** View shown for assets in search results. By id. `iconik.clear` unsets it. */
  searchResultsAssetMetadataView?: Clearable<string>;
  /** View shown for collections in search results. By id. `iconik.clear` unsets it. */
  searchResultsCollectionMetadataView?: Clearable<string>;
  /** Saved layout of the search page. By id. `iconik.clear` unsets it. */
  searchView?: Clearable<string>;
  /** Views that must be filled in at upload, in order. By id. */
  requiredMetadataViews?: pulumi.Input<pulumi.Input<string>[]>;
  /** Storage of the logo. `iconik.clear` unsets it. */
  logoStorage?: Reference<Storage> | Clear;
  /** What the dashboard of jobs shows. `iconik.clear` unsets it. */
  jobsDashboard?: Clearable<{
    /** Parts of the dashboard, in order. */
    widgets?: pulumi.Input<pulumi.Input<{
      /** Its id. */
      id?: pulumi.Input<string>;
      /** Its title. `iconik.clear` unsets it. */
      title?: Clearable<string>;
      /** What it shows. */
      type?: pulumi.Input<"jobsList" | "jobsStatsList">;
      /** Columns, filters, limit and sorting, as iconik keeps them. */
      options?: pulumi.Input<unknown>;
    }>[]>;
  }>;
}

/**
 * Settings of the people whose primary group it is. A resource of its own, so that a group's template may name the
 * group.
 *
 * @example
 * new iconik.UserGroupSettings("UserGroupSettings", { group: { existing: "Everyone" }, deleteGracePeriod: 48, hideFavourites: true });
 */
export class UserGroupSettings extends IconikResource {
  /** Tells kinds apart that look alike. */
  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:UserGroupSettings";
  /** The group whose settings they are. */
  declare readonly group: pulumi.Output<string | Existing>;
  /** Access to assets that are uploaded, where the storage has no template of its own. */
  declare readonly aclTemplate: pulumi.Output<string | Existing | Clear | undefined>;
  /** Storage that uploads go to. */
  declare readonly defaultUploadStorage: pulumi.Output<string | Existing | Clear | undefined>;
  /** New collections take over the access of the collection above. */
  declare readonly collectionsGetParentAcls: pulumi.Output<boolean | Clear | undefined>;
  /** Downloaded files carry the asset's id in their name. */
  declare readonly appendAssetUuidToDownloads: pulumi.Output<boolean | Clear | undefined>;
  /** Downloaded files are named after the asset. */
  declare readonly useAssetNameOnDownload: pulumi.Output<boolean | Clear | undefined>;
  /** Hours for which deleted things stay in the recycle bin. */
  declare readonly deleteGracePeriod: pulumi.Output<number | Clear | undefined>;
  /** Days after which a share ends. */
  declare readonly shareExpirationTime: pulumi.Output<number | Clear | undefined>;
  /** How dates are shown. */
  declare readonly dateFormat: pulumi.Output<string | Clear | undefined>;
  /** How dates with times are shown. */
  declare readonly datetimeFormat: pulumi.Output<string | Clear | undefined>;
  /** Page that people start on. */
  declare readonly homePage: pulumi.Output<string | Clear | undefined>;
  /** Hides favourites. */
  declare readonly hideFavourites: pulumi.Output<boolean | Clear | undefined>;
  /** Sections of an asset's page that are open at first, in order. */
  declare readonly assetDefaultSections: pulumi.Output<string[] | undefined>;
  /** Sections of the search page that are open at first, in order. */
  declare readonly searchDefaultSections: pulumi.Output<string[] | undefined>;
  /** Fields shown in search results, in order. */
  declare readonly searchDisplayFields: pulumi.Output<{ name: string }[] | undefined>;
  /** Search looks into transcriptions. */
  declare readonly searchInTranscriptions: pulumi.Output<boolean | Clear | undefined>;
  /** The title column of search results fits its text. */
  declare readonly searchAutoResizeTitleColumn: pulumi.Output<boolean | Clear | undefined>;
  /** Fields offered as filters, in order. */
  declare readonly facetFields: pulumi.Output<{ name: string }[] | undefined>;
  /** View of the filters on the search page. */
  declare readonly filtersDefaultMetadataView: pulumi.Output<string | Clear | undefined>;
  /** View shown for assets in search results. */
  declare readonly searchResultsAssetMetadataView: pulumi.Output<string | Clear | undefined>;
  /** View shown for collections in search results. */
  declare readonly searchResultsCollectionMetadataView: pulumi.Output<string | Clear | undefined>;
  /** Saved layout of the search page. */
  declare readonly searchView: pulumi.Output<string | Clear | undefined>;
  /** Views that must be filled in at upload, in order. */
  declare readonly requiredMetadataViews: pulumi.Output<string[] | undefined>;
  /** Storage of the logo. */
  declare readonly logoStorage: pulumi.Output<string | Existing | Clear | undefined>;
  /** What the dashboard of jobs shows. */
  declare readonly jobsDashboard: pulumi.Output<{ widgets?: { id?: string; title?: string | Clear; type?: "jobsList" | "jobsStatsList"; options?: unknown }[] } | Clear | undefined>;

  constructor(name: string, args: UserGroupSettingsArgs, opts?: IconikResourceOptions) {
    super("UserGroupSettings", name, { ...args }, opts);
  }

  /** One that exists, by its id: for reading only, it does not become part of the stack. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): UserGroupSettings {
    return new UserGroupSettings(name, {} as UserGroupSettingsArgs, { ...opts, id });
  }
}
