/** What has work under way when the process is told to stop. */
@NullMarked
package sidecar.lifecycle;

import org.jspecify.annotations.NullMarked;
