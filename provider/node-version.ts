/** Node that this package runs on; `engines` of package.json says the same. */
const needed = [22, 19] as const;

/** What to say when this process runs on an older one; `undefined` when it does not. */
export function tooOld(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const old = major < needed[0] || (major === needed[0] && minor < needed[1]);
  return old
    ? `pulumi-iconik needs Node ${needed.join(".")} or newer; this is ${version}. Put a newer one first on PATH`
    : undefined;
}
