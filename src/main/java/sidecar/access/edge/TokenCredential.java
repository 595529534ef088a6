package sidecar.access.edge;

import jakarta.security.enterprise.credential.Credential;

/** A token that somebody shows. */
record TokenCredential(String token) implements Credential {

    @Override
    public String toString() {
        return "TokenCredential[…]";
    }
}
