/** OpenAI's chat completions: requests and answers, read and written. */
@NullMarked
package sidecar.dialect.chat;

import org.jspecify.annotations.NullMarked;
