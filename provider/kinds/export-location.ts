import { access, choice, external, flag, object, reference, set, text } from "../definition";

export default object({
  kind: "ExportLocation",
  section: "exportLocations",
  about: "A place on a storage to which people may export.",
  path: "/API/files/v1/export_locations/{export_location_id}/",
  key: "name",
  fields: {
    name: text("What people call the export location.", { required: true }),
    description: text("What it is for."),
    storage: reference("The storage that receives the exports.", "Storage", { required: true }),
    path: text("Folder on the storage; empty: its root.", { required: true, canonical: "path" }),
    exportOriginal: flag("Exports the original file."),
    exportProxy: flag("Exports the proxy."),
    exportPosters: flag("Exports the poster images."),
    exportMetadata: flag("Exports metadata; wants a metadata view."),
    exportTranscriptions: flag("Exports transcriptions."),
    exportToAssetFolder: flag("Makes a folder for each asset."),
    includeOriginalExtension: flag("Keeps the extension of the original in file names."),
    metadataFormat: choice("Format of exported metadata.", ["CSV", "JSON", "XML"]),
    metadataView: external("The view whose fields are exported.", "metadata view", { wire: "metadata_view" }),
    transcodeProfileIds: set(
      "Transcode profiles that are offered.",
      external("A transcode profile.", "transcode profile"),
    ),
    transcriptionFormat: choice("Format of exported transcriptions.", ["WEBVTT", "SRT"]),
    access: access("Who may use the export location.", "export_locations"),
  },
  examples: [
    { name: "Delivery", storage: { existing: "Playout" }, path: "out", exportOriginal: true, exportProxy: false },
    { path: "delivery" },
    { exportProxy: true, description: "For the distribution partner" },
    { access: { groups: [{ group: { existing: "Everyone" }, permissions: ["read"] }] } },
  ],
});
