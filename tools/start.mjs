/** `npm start`: the hub, on a machine that has nothing but Node and npm. */
import { launch } from './launch.mjs'

launch(['start', ...process.argv.slice(2)], { stopWithParent: true })
