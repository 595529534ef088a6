/** The door of the admin side. */
@NullMarked
package sidecar.admin;

import org.jspecify.annotations.NullMarked;
