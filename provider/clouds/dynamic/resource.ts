/** What the classes of all kinds share in a program. */

import * as pulumi from "@pulumi/pulumi";
import { factsKey, optionsKey, providerText, typeOf } from "../../protocol/wire";

/** Pulumi's options, and what takes over something that exists. */
export interface CloudResourceOptions extends pulumi.CustomResourceOptions {
  /** `exact`: it is as described already, so that nothing that is set is changed; `converge`: also when it is not. */
  adopt?: "exact" | "converge";
}

/** What a class takes: the inputs of its kind, each of which may be known later. */
export type Args<Inputs> = { [Name in keyof Inputs]: pulumi.Input<Inputs[Name]> };

/** What a class knows of its kind without loading its code. */
export interface KindFacts {
  kind: string;
  outputs: readonly string[];
  secretOutputs?: readonly string[];
  /** As in the kind: a replacement is made before the old one goes. */
  createFirst?: true;
}

/**
 * @example
 * export class B2Key extends CloudResource {
 *   declare readonly applicationKey: pulumi.Output<string>;
 *   constructor(name: string, args: B2KeyArgs, opts?: CloudResourceOptions) {
 *     super({ kind: "B2Key", outputs: ["keyId", "applicationKey"], secretOutputs: ["applicationKey"], createFirst: true }, name, args, opts);
 *   }
 * }
 */
export abstract class CloudResource extends pulumi.CustomResource {
  constructor(
    { kind, outputs, secretOutputs = [], createFirst }: KindFacts,
    name: string,
    args: pulumi.Inputs,
    { adopt, ...opts }: CloudResourceOptions = {},
  ) {
    super(
      typeOf(kind),
      name,
      {
        // Outputs exist on the object only when they are named here.
        ...Object.fromEntries(outputs.map((output) => [output, undefined])),
        ...args,
        [optionsKey]: adopt === undefined ? undefined : { adopt },
        [factsKey]: undefined,
        __provider: providerText(kind),
      },
      {
        ...opts,
        // What has a name of its own must be gone before another one takes it, also under `--replace`.
        deleteBeforeReplace: createFirst !== true,
        additionalSecretOutputs: [...(opts.additionalSecretOutputs ?? []), ...secretOutputs],
      },
    );
  }
}
