/**
 * Users: list, add, remove, and give another role or password.
 */
import express, { type Router } from 'express'
import { z } from 'zod'
import { Refusal } from '../access/refusal.ts'
import type { Users } from '../access/users.ts'
import { readBody } from './read-body.ts'
import type { RecordDeed } from './record-deed.ts'

const role = z.enum(['operator', 'admin'])
const newUser = z.strictObject({ name: z.string(), role, password: z.string() })
const newRole = z.strictObject({ role })
const newPassword = z.strictObject({ password: z.string() })

/** The routes, relative to `/api/admin/users`. */
export function userRoutes(users: Users, record: RecordDeed): Router {
  const routes = express.Router()
  routes.get('/', (_request, response) => {
    response.json(users.list())
  })
  routes.post('/', async (request, response) => {
    const user = readBody(request, newUser)
    await users.add(user)
    await record(request, 'user-added', `${user.name} (${user.role})`)
    response.status(201).json(users.find(user.name))
  })
  routes.delete('/:name', async (request, response) => {
    const { name } = request.params
    await users.remove(name)
    await record(request, 'user-removed', name)
    response.status(204).end()
  })
  routes.put('/:name/role', async (request, response) => {
    const { name } = request.params
    const { role: given } = readBody(request, newRole)
    await users.setRole(name, given)
    await record(request, 'user-role-set', `${name} (${given})`)
    response.json(users.find(name))
  })
  routes.put('/:name/password', async (request, response) => {
    const { name } = request.params
    const { password } = readBody(request, newPassword)
    if (name === request.session.userName) {
      // Or a session left open would be enough to take an account over.
      throw new Refusal('FORBIDDEN', 'your own password is changed with the current one')
    }
    await users.setPassword(name, password, true)
    await record(request, 'user-password-set', name)
    response.json(users.find(name))
  })
  return routes
}
