/** All transports that run, by source: what the API shows, and the doors it leads webhooks to. */
import type { RunningTransport, TransportHealth } from './port.ts'
import type { Door } from './webhook/door.ts'

export type Board = {
  /** Replaces what ran for the source before; that one must have been stopped. */
  readonly set: (source: string, running: Pick<RunningTransport, 'health'> | Door) => void
  readonly remove: (source: string) => void
  /** Of one source, or undefined where it is not followed (it is pushed, or handed over). */
  readonly healthOf: (source: string) => TransportHealth | undefined
  readonly all: () => TransportHealth[]
  readonly door: (source: string) => Door | undefined
}

export function createBoard(): Board {
  const running = new Map<string, Pick<RunningTransport, 'health'> | Door>()
  return {
    set: (source, one) => void running.set(source, one),
    remove: (source) => void running.delete(source),
    healthOf: (source) => running.get(source)?.health(),
    all: () => [...running.values()].map((one) => one.health()),
    door(source) {
      const found = running.get(source)
      return found !== undefined && 'receive' in found ? found : undefined
    },
  }
}
