/** OpenAI's responses: requests are read, answers written; no provider is asked in this dialect unless its client speaks it. */
@NullMarked
package sidecar.dialect.responses;

import org.jspecify.annotations.NullMarked;
