/** Numbers, shares, ages and times of day as the page writes them. */

const counts = new Intl.NumberFormat('en')
const rates = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 })
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })
const moment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** `12,345`; from a million on `1.23M`, so that a counter keeps its width for years. */
export function formatCount(count: number): string {
  return count < 1_000_000 ? counts.format(count) : compact.format(count)
}

/** `4.2`, from a hundred on `128`. */
export function formatRate(perSecond: number): string {
  return perSecond < 100 ? rates.format(perSecond) : counts.format(Math.round(perSecond))
}

/** A share of a whole as whole percent; what is there but rounds to nothing is `<1%`. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0%'
  const percent = (part / whole) * 100
  if (percent < 1) return '<1%'
  return percent > 99 && percent < 100 ? '>99%' : `${Math.round(percent)}%`
}

/** `4 s`, `3 min`, `5 h`, `12 d`: one unit, rounded down. A negative age is `0 s`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** The time of day where the screen stands: `12:03:10`. */
export function formatTimeOfDay(timeMs: number): string {
  return clock.format(timeMs)
}

/** A day: `21 Nov 2026`. */
export function formatDay(timeMs: number): string {
  return day.format(timeMs)
}

/** A day of this year and a time: `21 Nov, 12:03:10`. */
export function formatMoment(timeMs: number): string {
  return moment.format(timeMs)
}
