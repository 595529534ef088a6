/** Reads providers and model settings from JSON objects: every rule on their fields, with one message for each bad one. */
@NullMarked
package sidecar.provider.reader;

import org.jspecify.annotations.NullMarked;
