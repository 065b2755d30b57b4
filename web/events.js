/**
 * Listeners by type. One that throws disturbs neither the others nor the work that told them: its error is reported as
 * an uncaught one.
 *
 * @param {readonly string[]} types
 * @param {(type: string) => Error} unknownType makes the error for a type that there is not
 */
export function createEvents(types, unknownType) {
  /** @type {Map<string, Set<(event: any) => void>>} */
  const listeners = new Map(types.map(type => [type, new Set()]));
  return {
    /**
     * @param {string} type
     * @param {(event: any) => void} listener
     * @returns {() => void} unsubscribes
     */
    on(type, listener) {
      const those = listeners.get(type);
      if (!those) throw unknownType(type);
      const own = (/** @type {any} */ event) => listener(event); // the same function twice is two subscriptions
      those.add(own);
      return () => void those.delete(own);
    },
    /**
     * @param {string} type
     * @param {object} event
     */
    emit(type, event) {
      for (const listener of [...(listeners.get(type) ?? [])]) {
        try {
          listener(event);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
