package sidecar.client.edge;

import java.util.Optional;
import sidecar.client.ClientToken;

/**
 * A client after a change.
 *
 * @param secret its token, where one was made: shown now and never again
 */
record IssuedClient(ClientToken client, Optional<String> secret) {}
