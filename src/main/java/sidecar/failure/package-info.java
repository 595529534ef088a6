/** Everything known about how upstreams fail, what it means, and what they ask for. */
@NullMarked
package sidecar.failure;

import org.jspecify.annotations.NullMarked;
