/** Azure Blob Storage: iconik takes connection strings with an account key and no others. */

import { always, asked, type Permission } from "./permission";

export const azure: readonly Permission[] = [
  asked(
    "account key",
    "account",
    always,
    "iconik takes no SAS and no Entra identity; an account key may do everything in its account",
    "azure",
  ),
];
