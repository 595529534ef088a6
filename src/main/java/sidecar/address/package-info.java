/** Internet addresses as operators write them: single ones and ranges. */
@NullMarked
package sidecar.address;

import org.jspecify.annotations.NullMarked;
