/** The order in which people read a tenant: who there is, what they may do where, then the rest. */
export const readingOrder: readonly string[] = [
  "userGroups",
  "teams",
  "roleGroups",
  "groupMappings",
  "aclTemplates",
  "storages",
  "exportLocations",
  "applications",
];

/** Things in that order by their section; what it does not name comes after, as it was. */
export const inReadingOrder = <T extends { section: string }>(things: readonly T[]): T[] => {
  const rank = ({ section }: T) =>
    readingOrder.includes(section) ? readingOrder.indexOf(section) : readingOrder.length;
  return [...things].sort((a, b) => rank(a) - rank(b));
};
