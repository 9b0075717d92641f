/**
 * Answers that come at once or later. What comes at once is not waited for: a
 * promise costs more than most of what is asked here.
 */

/** Whether an answer is still to come, as `await` sees it: query builders are no promises. */
export function isPending<TAnswer>(
  answer: TAnswer | PromiseLike<TAnswer>,
): answer is PromiseLike<TAnswer> {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'then' in answer &&
    typeof answer.then === 'function'
  )
}
