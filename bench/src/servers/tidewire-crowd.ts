import { serveCrowd } from './crowd-server.ts'
import { makeTidewireCrowd } from './tidewire-crowd-server.ts'

serveCrowd(makeTidewireCrowd)
