/** A provider outlives its CLI by minutes when that is killed, and its retries run on: so it watches the engine. */

import { connect } from "node:net";

/**
 * Ends this process when the engine that started it is gone. `address`: the engine's, as the provider process got it.
 * The engine may close an idle connection, so one that closes is opened once more before it is believed.
 */
export function endWithEngine(address: string | undefined, end: () => void = () => process.exit(1)): void {
  const { hostname, port } = URL.parse(`tcp://${address}`) ?? {};
  if (!hostname || !port) return;
  const watch = (): void => {
    let connected = false;
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      connected = true;
    });
    socket.resume();
    // The watch alone must not keep the process alive.
    socket.unref();
    socket.on("error", () => undefined);
    socket.on("close", () => (connected ? watch() : end()));
  };
  watch();
}
