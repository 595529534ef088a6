package sidecar.access;

import java.io.Serializable;
import java.time.Instant;

/**
 * One sign-in, as its cookie and its sessions know it.
 *
 * @param role what the token that was shown allows
 * @param id tells this sign-in from all others
 * @param signedInAt in whole seconds
 * @param renewedAt when its cookie was last written, in whole seconds
 */
public record SignInTicket(String role, String id, Instant signedInAt, Instant renewedAt) implements Serializable {}
