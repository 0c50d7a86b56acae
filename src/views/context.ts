import type pg from 'pg'
import type { TrustOf } from '#collation/status.ts'

/** What every view needs: connections, how sources are trusted, and which scope is whose. */
export type ViewContext = {
  readonly pool: pg.Pool
  readonly trustOf: TrustOf
  readonly scopes: ReadonlyMap<
    number,
    { readonly key: number; readonly company: string; readonly region: string }
  >
  /** The format's name of a source, for showing its bytes. */
  readonly formatOf: (source: string) => string
}
