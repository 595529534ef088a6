/** The way out: one wire request to one provider, what may travel on it, and what may come back. */
@NullMarked
package sidecar.upstream;

import org.jspecify.annotations.NullMarked;
