import { serveCrowd } from './crowd-server.ts'
import { makeSocketIoCrowd } from './socket-io-crowd-server.ts'

serveCrowd(makeSocketIoCrowd)
