/** A picture as files: what people keep of a tenant. */

export { exportTypeScript } from "./typescript";
export { exportYaml, type Exported, type Files } from "./yaml";
export type { Supplied } from "./secrets";
