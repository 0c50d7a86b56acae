/** Every operation of the API; a new one is added in its file under `routes/`. */
import type { ApiContext } from './context.ts'
import type { Operation } from './operation.ts'
import { acknowledgementOperations } from './routes/acknowledgements/operations.ts'
import { withDocs } from './routes/docs.ts'
import { feedOperations } from './routes/feeds/operations.ts'
import { healthOperations } from './routes/health.ts'
import { hookOperations } from './routes/hooks/operations.ts'
import { intakeOperations } from './routes/intake.ts'
import { linkOperations } from './routes/links.ts'
import { liveOperations } from './routes/live.ts'
import { meOperations } from './routes/me.ts'
import { orderOperations } from './routes/orders.ts'
import { quarantineOperations } from './routes/quarantine.ts'
import { secondChanceOperations } from './routes/second-chance/operations.ts'
import { contractOperations } from './routes/source-life/contracts.ts'
import { termOperations } from './routes/source-life/terms.ts'
import { versionOperations } from './routes/source-life/versions.ts'
import { sourceOperations } from './routes/sources.ts'

export function apiOperations(context: ApiContext, version: string): Operation[] {
  return withDocs(
    [
      ...orderOperations(context),
      ...liveOperations(context),
      ...intakeOperations(context),
      ...hookOperations(context),
      ...quarantineOperations(context),
      ...secondChanceOperations(context),
      ...linkOperations(context),
      ...sourceOperations(context),
      ...feedOperations(context),
      ...acknowledgementOperations(context),
      ...versionOperations(context),
      ...contractOperations(context),
      ...termOperations(context),
      ...meOperations(context),
      ...healthOperations(context),
    ],
    version,
  )
}
