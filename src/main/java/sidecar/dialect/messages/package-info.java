/** Anthropic's messages: requests and answers, read and written. */
@NullMarked
package sidecar.dialect.messages;

import org.jspecify.annotations.NullMarked;
