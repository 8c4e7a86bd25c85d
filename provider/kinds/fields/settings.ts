/** Settings that the tenant's, a group's and a team's documents share (settings.json: GroupSettingPublicSchema). */

import { choice, external, flag, integer, json, list, record, reference, text, type Fields } from "../../definition";

const named = (about: string) => list(about, record("A field.", { name: text("Its name.", { required: true }) }));
const views = "metadata view";

export const sharedSettings: Fields = {
  aclTemplate: reference(
    "Access to assets that are uploaded, where the storage has no template of its own.",
    "AclTemplate",
  ),
  defaultUploadStorage: reference("Storage that uploads go to.", "Storage"),
  collectionsGetParentAcls: flag("New collections take over the access of the collection above."),
  appendAssetUuidToDownloads: flag("Downloaded files carry the asset's id in their name."),
  useAssetNameOnDownload: flag("Downloaded files are named after the asset."),
  deleteGracePeriod: integer("Hours for which deleted things stay in the recycle bin."),
  shareExpirationTime: integer("Days after which a share ends."),
  dateFormat: text("How dates are shown."),
  datetimeFormat: text("How dates with times are shown."),
  homePage: text("Page that people start on."),
  hideFavourites: flag("Hides favourites."),
  assetDefaultSections: list("Sections of an asset's page that are open at first, in order.", text("A section.")),
  searchDefaultSections: list("Sections of the search page that are open at first, in order.", text("A section.")),
  searchDisplayFields: named("Fields shown in search results, in order."),
  searchInTranscriptions: flag("Search looks into transcriptions."),
  searchAutoResizeTitleColumn: flag("The title column of search results fits its text."),
  facetFields: named("Fields offered as filters, in order."),
  filtersDefaultMetadataView: external("View of the filters on the search page.", views),
  searchResultsAssetMetadataView: external("View shown for assets in search results.", views),
  searchResultsCollectionMetadataView: external("View shown for collections in search results.", views),
  searchView: external("Saved layout of the search page.", "search view"),
  requiredMetadataViews: list("Views that must be filled in at upload, in order.", external("A view.", views)),
  logoStorage: reference("Storage of the logo.", "Storage"),
  jobsDashboard: record("What the dashboard of jobs shows.", {
    widgets: list(
      "Parts of the dashboard, in order.",
      record("A part.", {
        id: text("Its id."),
        title: text("Its title."),
        type: choice("What it shows.", ["JOBS_LIST", "JOBS_STATS_LIST"]),
        options: json("Columns, filters, limit and sorting, as iconik keeps them."),
      }),
    ),
  }),
};
