/**
 * Internet addresses and origins: single addresses and ranges as operators write them, the client's address behind trusted proxies, and where
 * a request says it was sent to. Resolves no names.
 */
@NullMarked
package sidecar.address;

import org.jspecify.annotations.NullMarked;
