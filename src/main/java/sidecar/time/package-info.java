/** Where time comes from: a monotonic clock and a timer, both handed in from outside so that tests own them. */
@NullMarked
package sidecar.time;

import org.jspecify.annotations.NullMarked;
