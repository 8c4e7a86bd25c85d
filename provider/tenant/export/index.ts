/** A picture as files: what people keep of a tenant. */

export { brief } from "./brief";
export { withoutForeign } from "./foreign";
export { exportTypeScript } from "./typescript";
export { exportYaml, fileNames, type Exported, type Files } from "./yaml";
export { lostBy } from "./lost";
export { select, type Choice, type Chosen } from "./select";
export { isOwnAddress, ownAddressNote, withOwnAddress } from "./shield";
export type { Supplied } from "./secrets";
