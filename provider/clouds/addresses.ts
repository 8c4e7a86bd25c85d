/** Addresses of services. */

import { isLoopback } from "../engine/settings";

/** What is wrong with the addresses. Answers hold new keys, so they must not be readable on the way. */
export const connectionProblems = (given: { endpoint?: string; iamEndpoint?: string }): string[] =>
  (["endpoint", "iamEndpoint"] as const).flatMap((name) => {
    const value = given[name];
    const url = value === undefined ? undefined : URL.parse(value);
    if (value === undefined) return [];
    if (!url || !/^https?:$/.test(url.protocol))
      return [`${name} must be a whole address such as https://s3.example.com`];
    if (url.username || url.password || url.search || url.hash) return [`${name} must end after the host name`];
    return url.protocol === "http:" && !isLoopback(url)
      ? [`${name} must begin with https://, or new keys could be read on the way from ${url.host}`]
      : [];
  });

/** `s3.example.com`, for messages. */
export const hostOf = (endpoint: string | undefined): string => URL.parse(endpoint ?? "")?.host ?? "";
