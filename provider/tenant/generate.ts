/** The generated files about tenant files, as texts: pure, so that a test can tell whether they are stale. */

import { kinds } from "../kinds";
import { mapSchema } from "./compare/map";
import { reference } from "./docs/reference";
import { tenantSchema } from "./docs/schema";

/** `schema/tenant.schema.json` */
export const generateTenantSchema = (): string => `${JSON.stringify(tenantSchema(kinds), null, 1)}\n`;

/** `schema/map.schema.json` */
export const generateMapSchema = (): string => `${JSON.stringify(mapSchema(), null, 1)}\n`;

/** `schema/reference.md` */
export const generateReference = (): string => reference(kinds);
