/** Values that are known later: written `<what it is>`, which no cloud takes for a name. */

export const placeholder = (what: string): string => `<${what}>`;

export const isPlaceholder = (text: string): boolean => /^<[^<>]+>$/.test(text);
