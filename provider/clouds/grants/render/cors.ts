/**
 * CORS rules for `cors: ours`. iconik writes rules of its own where it may and does not say which, so these follow from
 * what a browser does at iconik: it loads objects by signed links, and uploads by signed links, in parts or resumably.
 */

import { usesOf, type StorageNeed } from "../need";

/** What each part of a rule is for, and how it is known. */
export const corsFacts = [
  [
    "origins",
    "the address at which people open iconik",
    "https://app.iconik.io unless told otherwise; iconik names no others",
  ],
  ["GET, HEAD", "with read: playback and downloads", "iconik's API: signed links for reading"],
  [
    "PUT, POST",
    "with write: uploads; POST begins and ends one in parts",
    "iconik's API: multipart and resumable uploads",
  ],
  [
    "request headers",
    "all, where the cloud takes `*`: signed links say which count, and a missing one breaks uploads",
    "each cloud's upload API",
  ],
  ["ETag", "exposed with write: ends an upload in parts", "S3 API: CompleteMultipartUpload"],
  [
    "Location, X-GUploader-UploadID",
    "exposed with write on Google Cloud: where a resumable upload goes on",
    "Google: resumable uploads",
  ],
  [
    "Content-Length, Content-Range, Accept-Ranges",
    "exposed with read: playback seeks by ranges",
    "HTTP: range requests",
  ],
] as const;

/** A rule without the words of any cloud. */
export interface CorsRule {
  origins: string[];
  methods: string[];
  requestHeaders: string[];
  exposedHeaders: string[];
  maxAgeSeconds: number;
}

/** Where people open iconik, when nothing else is said. */
export const iconikOrigin = "https://app.iconik.io";

const hour = 3_600;

/** Nothing when browsers neither read nor write there. `origins`: `https://host`, without a slash at the end. */
export function corsRule(need: StorageNeed, origins: readonly string[] = [iconikOrigin]): CorsRule | undefined {
  const uses = usesOf(need);
  const [read, write] = [uses.has("read"), uses.has("write")];
  if (!read && !write) return undefined;
  const isGoogle = need.type === "gcs";
  return {
    origins: [...origins],
    methods: [...(read ? ["GET", "HEAD"] : []), ...(write ? ["PUT", "POST"] : [])],
    requestHeaders: ["*"],
    exposedHeaders: [
      ...(read ? ["Content-Length", "Content-Range", "Accept-Ranges"] : []),
      ...(write ? ["ETag", ...(isGoogle ? ["Location", "X-GUploader-UploadID"] : [])] : []),
    ],
    maxAgeSeconds: hour,
  };
}

/** Body of `PutBucketCors`: S3, Wasabi, Cloudian, IBM and others that speak S3. */
export const s3Cors = ({ origins, methods, requestHeaders, exposedHeaders, maxAgeSeconds }: CorsRule) => ({
  CORSRules: [
    {
      AllowedOrigins: origins,
      AllowedMethods: methods,
      AllowedHeaders: requestHeaders,
      ExposeHeaders: exposedHeaders,
      MaxAgeSeconds: maxAgeSeconds,
    },
  ],
});

/** The `cors` of a bucket's metadata. One list stands for both headers that are sent and headers that are shown. */
export const gcsCors = ({ origins, methods, exposedHeaders, maxAgeSeconds }: CorsRule) => [
  {
    origin: origins,
    method: methods,
    responseHeader: [...new Set(["Content-Type", "Content-MD5", "Range", "x-goog-resumable", ...exposedHeaders])],
    maxAgeSeconds,
  },
];

/** Of the account's blob service, which takes five rules; the rules that are there have to stay. */
export const azureCors = ({ origins, methods, requestHeaders, exposedHeaders, maxAgeSeconds }: CorsRule) => ({
  corsRules: [
    {
      allowedOrigins: origins,
      allowedMethods: methods,
      allowedHeaders: requestHeaders,
      exposedHeaders: [...exposedHeaders, "x-ms-*"],
      maxAgeInSeconds: maxAgeSeconds,
    },
  ],
});

/** The `corsRules` of a bucket; operations in place of methods. */
export const b2Cors = ({ origins, methods, requestHeaders, exposedHeaders, maxAgeSeconds }: CorsRule) => [
  {
    corsRuleName: "iconik",
    allowedOrigins: origins,
    allowedOperations: [
      ...(methods.includes("GET") ? ["b2_download_file_by_id", "b2_download_file_by_name"] : []),
      ...(methods.includes("PUT") ? ["b2_upload_file", "b2_upload_part"] : []),
    ],
    allowedHeaders: requestHeaders,
    exposeHeaders: [...exposedHeaders.filter((name) => name !== "ETag"), "x-bz-content-sha1"],
    maxAgeSeconds,
  },
];
