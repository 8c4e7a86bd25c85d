/** Whether a stream shows colours: on a terminal, unless `NO_COLOR` is set to anything (https://no-color.org). */
export const hasColors = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && !process.env.NO_COLOR;
