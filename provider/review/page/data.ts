/**
 * What the page's script works with: the tables of a review, with all the words that it shows. Types only: the script is
 * checked against them, and is no module.
 */

export interface PageData {
  /** The first `columns` are those of the matrix, which groups name by their place; people may gain others. */
  roles: PageRole[];
  columns: number;
  groups: PageGroup[];
  access: PageAccess[];
  storages: PageStorage[];
  settings: PageSettings[];
  people: PagePeople[];
}

export interface PageRole {
  name: string;
  /** Phrase after "may". */
  may: string;
  tier: "power" | "standard" | "browseOnly" | "unknown";
  /** Phrases after "may": what it could do in the wrong hands. Empty: nothing out of the ordinary. */
  dangers: string[];
  /** Gaining it is an escalation. */
  escalates: boolean;
}

export interface PageSubject {
  /** `user group`. */
  kind: string;
  label: string;
  /** What becomes of it: `new`. Left out: it stays. */
  fate?: string;
}

export interface PageGroup extends PageSubject {
  /** Places in `roles`; null where there is no such group. */
  before: number[] | null;
  after: number[] | null;
  /** Left out: not known. */
  people?: number;
}

export interface PageAccess extends PageSubject {
  members: { sort: string; label: string; before: string[]; after: string[] }[];
  usedBy?: string[];
}

/** Flags that are left out are not said. */
export interface PageStorage extends PageSubject {
  before: Record<string, boolean> | null;
  after: Record<string, boolean> | null;
}

export interface PageSettings {
  title: string;
  values: { path: string; before: string | null; after: string | null }[];
}

/** People whose abilities change in the same way. Roles by their place in `roles`. */
export interface PagePeople {
  who: string[];
  gained: number[];
  lost: number[];
  through: string[];
}
