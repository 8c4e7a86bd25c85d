/** A picture as files: what people keep of a tenant. */

export { exportYaml, type Exported, type Files } from "./yaml";
export type { Supplied } from "./secrets";
