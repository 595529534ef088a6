/** Every setting: declared once, resolved from environment, table and default. */
@NullMarked
package sidecar.settings;

import org.jspecify.annotations.NullMarked;
