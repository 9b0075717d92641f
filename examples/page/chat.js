// The chat of every example: what was said, what to say, and how the connection is.
import { connect } from 'tidewire/client'

/** Puts the chat on the page. `options` are those of `connect`. */
export function openChat(options = {}) {
  const [state, said, form] = layOut()
  const client = connect('/ws', options)
  client.on('state', (now) => {
    state.textContent = describe(now)
  })
  client.on('error', ({ message }) => add(said, 'note', message))

  const lobby = client.channel('chat:lobby')
  const show = ({ from = 'somebody', payload }) => add(said, from, payload.text)
  const onEnd = ({ message }) => add(said, 'note', message)
  lobby.subscribe(show, { last: 20, onEnd })

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = form.elements.text.value
    form.reset()
    lobby.publish({ text }).catch(({ message }) => add(said, 'note', message))
  })
}

function layOut() {
  const main = document.querySelector('#chat')
  main.innerHTML = `
    <p role="status">connecting</p>
    <ol></ol>
    <form>
      <input name="text" placeholder="Say something" aria-label="Say something" required>
      <button type="submit">Send</button>
    </form>`
  return ['p', 'ol', 'form'].map((part) => main.querySelector(part))
}

function describe({ kind, userId, reason }) {
  if (kind === 'online') return userId === null ? 'online as nobody' : `online as ${userId}`
  return kind === 'closed' ? `closed: ${reason}` : kind
}

// As text: what others say is never markup.
function add(list, from, text) {
  const name = document.createElement('b')
  name.textContent = from
  const item = document.createElement('li')
  item.append(name, ' ', text)
  list.append(item)
  item.scrollIntoView()
}
