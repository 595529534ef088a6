/** Turns a text into providers: keys, {@code .env} files, CSV, JSON and {@code openclaw.json}. Plans only; nothing is stored here. */
@NullMarked
package sidecar.provider.importing;

import org.jspecify.annotations.NullMarked;
