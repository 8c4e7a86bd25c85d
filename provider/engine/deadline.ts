/** An answer that begins in time, or not at all. */
import { type Dispatcher, errors } from "undici";

/**
 * Ends a request whose answer has not begun so many milliseconds after it was sent. undici's own `headersTimeout` starts
 * anew with every byte, so a head that trickles, or hints that never lead to an answer (103), would hold it for ever.
 */
export function answeredWithin(ms: number): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    let late: NodeJS.Timeout | undefined;
    return dispatch(options, {
      onRequestStart(controller, context) {
        clearTimeout(late);
        late = setTimeout(() => controller.abort(new errors.HeadersTimeoutError()), ms);
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart(controller, status, headers, message) {
        if (status >= 200) clearTimeout(late);
        handler.onResponseStart?.(controller, status, headers, message);
      },
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError(controller, error) {
        clearTimeout(late);
        handler.onResponseError?.(controller, error);
      },
    });
  };
}
