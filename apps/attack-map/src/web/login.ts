/** The way in: sign in, and the first time choose a password of one's own. */

import type { Viewer } from '../shared/access.ts'
import { ask } from './api/ask.ts'
import { loadPageStart } from './api/page-start.ts'
import { elementOf, setShown, setText } from './panels/element.ts'
import { onSubmit, textOf } from './panels/form.ts'
import { showSite } from './panels/site.ts'
import './style/base.css'
import './style/top.css'
import './style/forms.css'
import './style/door.css'

/** Where `?next=` may lead: nowhere else, or this page would send people to anybody's. */
const ways: ReadonlySet<string> = new Set(['/', '/admin'])

const faults: Readonly<Record<string, string>> = {
  refused: 'the name or the password is not right',
  limited: 'too many attempts; try again in a while',
}

type SignedIn = Extract<Viewer, { readonly kind: 'user' }>

const signInForm = elementOf('sign-in', HTMLFormElement)
const passwordForm = elementOf('new-password', HTMLFormElement)

/** Whether somebody has typed a password already. */
let hasTried = false

async function start(): Promise<void> {
  // Before anything is waited for: people may type faster than the server answers.
  onSubmit(signInForm, elementOf('sign-in-fault', HTMLElement), signIn)
  onSubmit(passwordForm, elementOf('new-password-fault', HTMLElement), choosePassword)
  showFault(faults[new URLSearchParams(location.search).get('fault') ?? ''])
  // Nothing else is on this page: whoever opens it is about to type.
  fieldOf(signInForm, 'name').focus()
  const { viewer, site } = await loadPageStart(null)
  showSite(site, 'Sign in')
  if (viewer.kind === 'user' && !hasTried) goOn(viewer, null)
}

async function signIn(form: HTMLFormElement): Promise<void> {
  hasTried = true
  const [name, password] = [textOf(form, 'name').trim(), textOf(form, 'password')]
  // The server's own answer.
  const { viewer } = (await ask('POST', '/login', { body: { name, password } })) as {
    viewer: Viewer
  }
  goOn(viewer, password)
}

async function choosePassword(form: HTMLFormElement): Promise<void> {
  const next = textOf(form, 'next')
  if (next !== textOf(form, 'again')) throw new Error('the two new passwords are not the same')
  await ask('POST', '/api/password', { body: { current: textOf(form, 'current'), next } })
  leave()
}

/** Goes where the user wanted to, or asks for a password of their own first. */
function goOn(viewer: Viewer, password: string | null): void {
  const isWanted = new URLSearchParams(location.search).has('password')
  if (viewer.kind === 'user' && (viewer.mustChangePassword || isWanted)) {
    askForPassword(viewer, password)
  } else {
    leave()
  }
}

function askForPassword(user: SignedIn, password: string | null): void {
  setShown(signInForm, false)
  setShown(passwordForm, true)
  setShown(elementOf('not-own', HTMLElement), user.mustChangePassword)
  // Whoever came in just now has typed the current one already.
  setShown(elementOf('current-field', HTMLElement), password === null)
  fieldOf(passwordForm, 'name').value = user.name
  fieldOf(passwordForm, 'current').value = password ?? ''
  fieldOf(passwordForm, password === null ? 'current' : 'next').focus()
}

function fieldOf(form: HTMLFormElement, name: string): HTMLInputElement {
  const field = form.elements.namedItem(name)
  if (field instanceof HTMLInputElement) return field
  throw new TypeError(`the form has no field ${name}`)
}

function leave(): void {
  const next = new URLSearchParams(location.search).get('next') ?? '/'
  location.assign(ways.has(next) ? next : '/')
}

function showFault(sentence: string | undefined): void {
  const fault = elementOf('sign-in-fault', HTMLElement)
  setShown(fault, sentence !== undefined)
  setText(fault, sentence ?? '')
}

void start().catch(reportError)
