import type { PoolConfig } from 'pg'
import type { Instant } from '#model/time.ts'
import type { Flow } from '#flow/hub.ts'
import type { RulingContext } from '#flow/rulings.ts'
import type { Board } from '#transports/board.ts'
import type { ViewContext } from '#views/context.ts'
import type { Authenticator } from './authentication.ts'
import type { Entries } from './entries.ts'
import type { Intake } from './intake.ts'
import type { LiveFeed } from './live.ts'
import type { Meters } from './meters.ts'
import type { Rates } from './rates.ts'

/** What operations work with. */
export type ApiContext = {
  readonly flow: Flow
  readonly views: ViewContext
  readonly now: () => Instant
  readonly rulings: RulingContext
  readonly authenticator: Authenticator
  readonly entries: Entries
  readonly intake: Intake
  readonly live: LiveFeed
  readonly meters: Meters
  readonly rates: Rates
  /** How sources are fed, and the doors of webhooks. */
  readonly board: Board
  /** A role that owns the tables, for making all orders anew; undefined where this hub may not. */
  readonly owner: PoolConfig | undefined
  /** Where the API can be reached. */
  readonly url: () => string
  /** Whether cookies are only for https. */
  readonly secureCookies: boolean
  readonly closing: () => boolean
}
