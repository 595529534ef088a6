/** What a client asks, whatever dialect it asked in: each dialect has one reader that makes a {@link Conversation} and one writer that takes it. */
@NullMarked
package sidecar.dialect.request;

import org.jspecify.annotations.NullMarked;
