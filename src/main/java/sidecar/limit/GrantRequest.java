package sidecar.limit;

import sidecar.json.Require;

/**
 * What one attempt would take.
 *
 * @param account the identity of the account it is made with
 * @param tokens the LLM tokens it may cost, ≥ 0; settled later with what it did cost
 * @param workers what it runs on, such as a host's model; empty for nothing that is counted
 * @param mostWorkers how many attempts may run there at once; 0 = any number
 */
public record GrantRequest(String account, int tokens, String workers, int mostWorkers) {

    public GrantRequest {
        Require.atLeast(0, "tokens", tokens);
        Require.atLeast(0, "mostWorkers", mostWorkers);
    }

    /** One request and nothing else. */
    public static GrantRequest of(String account) {
        return new GrantRequest(account, 0, "", 0);
    }
}
