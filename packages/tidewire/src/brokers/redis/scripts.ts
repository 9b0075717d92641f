import { createHash } from 'node:crypto'

/**
 * What happens inside Redis, where one script is one step for everybody.
 *
 * A channel has a position (`KEYS[1]`: epoch, life of the primary, newest offset,
 * bytes of payload ever, time, age it keeps) and a log (`KEYS[2]`: a list of the
 * kept events, the newest at offset `top`, so an offset is an index). An event
 * knows how many bytes came before it: what a bound lets go of is found by
 * looking at a few, and let go of at once.
 */
export interface RedisScript {
  readonly lua: string
  readonly sha: string
}

/** What a broker asks for. */
export interface RedisScripts {
  /**
   * Numbers, stores, trims and passes on an event. Answers `epoch offset`, and the
   * fingerprint of the first payload behind it for a key that was seen.
   */
  readonly publishKept: RedisScript
  /** Passes an event on that is not kept. Answers the same, without an epoch. */
  readonly publishPassing: RedisScript
  /** Reads a page: epoch, newest offset, trimmed offset, events. */
  readonly read: RedisScript
}

const shared = `
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function digits(number)
  return string.format('%d', number)
end

-- The life of the primary this runs on: another one after a restart and after each
-- promotion, also of one that was the primary before. Where these are trusted to
-- lose nothing there is only one.
local function currentLife(trust)
  if trust == 'trusted' then return '-' end
  local life = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)')
  return life or error('INFO replication tells no master_replid')
end

-- Where the log stands. In another life its end may be lost: what is left of it
-- goes on in a new epoch, so that no offset means two events.
local function find(id, trust)
  local life = currentLife(trust)
  local fields = '^(%S+) (%S+) (%d+) (%d+) (%d+) (%d+)$'
  local epoch, lived, top, total, time, age =
    string.match(redis.call('GET', KEYS[1]) or '', fields)
  if not epoch then
    redis.call('DEL', KEYS[2])
    return { epoch = id, life = life, top = 0, total = 0, time = 0, age = 0, isNew = true }
  end
  local log = {
    epoch = epoch, life = lived, top = tonumber(top),
    total = tonumber(total), time = tonumber(time), age = tonumber(age)
  }
  if life ~= '-' and lived ~= life then
    log.life = life
    log.isNew = lived ~= '-'
    if log.isNew then log.epoch = id end
  end
  return log
end

local function save(log, ttl)
  local format = '%s %s %d %d %d %d'
  local text = string.format(
    format, log.epoch, log.life, log.top, log.total, log.time, log.age
  )
  redis.call('SET', KEYS[1], text, 'PX', ttl)
end

-- How many of n events are gone, of which the first are, and \`gone\` of them for
-- sure: doubles its steps until one is kept, then halves them.
local function countGone(gone, n, isGone)
  if gone >= n or not isGone(gone) then return gone end
  local step = 1
  gone = gone + 1
  while gone + step <= n and isGone(gone + step - 1) do
    gone = gone + step
    step = step * 2
  end
  local kept = math.min(gone + step - 1, n)
  while gone < kept do
    local middle = math.floor((gone + kept) / 2)
    if isGone(middle) then gone = middle + 1 else kept = middle end
  end
  return gone
end

-- Lets go of what is over a bound; answers how many of n events are left.
local function trim(log, n, at, maxEntries, maxBytes)
  local gone = countGone(math.max(0, n - maxEntries), n, function (index)
    local entry = redis.call('LINDEX', KEYS[2], index)
    local time, before = string.match(entry, '^%d+ (%d+) (%d+)')
    return log.total - before > maxBytes or at - time > log.age
  end)
  if gone > 0 then redis.call('LTRIM', KEYS[2], gone, -1) end
  return n - gone
end
`

const knownKey = `
local first = KEYS[3] and redis.call('GET', KEYS[3])
if first then return first end
`

// The log is written first: a write that Redis refuses, because it is full or the
// key is somebody else's, must have nothing before it.
const publishKept = String.raw`
local events, details, payload, id, trust = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local log = find(id, trust)
log.top = log.top + 1
log.time = math.max(log.time, now())
log.age = tonumber(ARGV[8])
local place = string.format('%d %d %d', log.top, log.time, log.total)
local entry = place .. '\n' .. details .. '\n' .. payload
local n = redis.call('RPUSH', KEYS[2], entry)
log.total = log.total + #payload
redis.call('PEXPIRE', KEYS[2], ARGV[9])
save(log, ARGV[10])
local stored = log.epoch .. ' ' .. digits(log.top)
if KEYS[3] then redis.call('SET', KEYS[3], stored .. ' ' .. ARGV[11], 'PX', ARGV[12]) end
trim(log, n, log.time, tonumber(ARGV[6]), tonumber(ARGV[7]))
redis.call('PUBLISH', events, log.epoch .. ' ' .. entry)
return stored
`

const publishPassing = String.raw`
local first = KEYS[1] and redis.call('GET', KEYS[1])
if first then return first end
if KEYS[1] then redis.call('SET', KEYS[1], '- 0 ' .. ARGV[4], 'PX', ARGV[5]) end
local place = '- 0 ' .. digits(now()) .. ' 0'
redis.call('PUBLISH', ARGV[1], place .. '\n' .. ARGV[2] .. '\n' .. ARGV[3])
return '- 0'
`

// Names that strangers ask for and nobody publishes to leave soon. What is read
// stays; that is written down now and then and not every time.
const readLog = `
local id, trust, after, before = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local limit, emptyTtl, ttl = tonumber(ARGV[5]), ARGV[7], ARGV[8]
local log = find(id, trust)
if log.top == 0 then ttl = emptyTtl end
if log.isNew then
  save(log, ttl)
elseif redis.call('PTTL', KEYS[1]) < ttl / 2 then
  redis.call('PEXPIRE', KEYS[1], ttl)
  if log.age >= tonumber(ttl) then redis.call('PEXPIRE', KEYS[2], ttl) end
end
local n = redis.call('LLEN', KEYS[2])
n = trim(log, n, now(), n, log.total)
local trimmed = log.top - n
local first = math.max(0, after - trimmed)
local last = math.min(n, before - 1 - trimmed)
if limit >= 0 and last - first > limit then
  if ARGV[6] == 'newest' then first = last - limit else last = first + limit end
end
local entries = {}
if last > first then entries = redis.call('LRANGE', KEYS[2], first, last - 1) end
return { log.epoch, digits(log.top), digits(trimmed), entries }
`

export const scripts: RedisScripts = {
  publishKept: scriptOf(shared + knownKey + publishKept),
  publishPassing: scriptOf(shared + publishPassing),
  read: scriptOf(shared + readLog),
}

function scriptOf(lua: string): RedisScript {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}
