/** What a provider answers, whatever dialect it answered in: blocks that follow one another, a reason to stop, and usage. */
@NullMarked
package sidecar.dialect.answer;

import org.jspecify.annotations.NullMarked;
