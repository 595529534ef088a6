/**
 * The configuration as one document: what a section of it (providers, clients, settings) has to offer for export and import. The sections live
 * with their rooms.
 */
@NullMarked
package sidecar.transfer;

import org.jspecify.annotations.NullMarked;
