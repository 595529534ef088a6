/**
 * Encryption of secrets: AES-256-GCM at rest, keys derived from the operator's key, and a passphrase cipher for exports. Knows no table; a room
 * with sealed columns declares them as {@code SealedColumnSource}.
 */
@NullMarked
package sidecar.vault;

import org.jspecify.annotations.NullMarked;
