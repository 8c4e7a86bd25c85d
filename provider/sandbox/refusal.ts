/** How iconik says no: `{"errors": ["message"]}`, or `{"errors": {"field": "message"}}` when fields are at fault. */

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly errors: readonly string[] | Readonly<Record<string, string>>,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(JSON.stringify(errors));
    this.name = "Refusal";
  }
}

/** Ends the call with a status and one message, or with one message per field. */
export function refuse(
  status: number,
  errors: string | Readonly<Record<string, string>>,
  headers?: Readonly<Record<string, string>>,
): never {
  throw new Refusal(status, typeof errors === "string" ? [errors] : errors, headers);
}
