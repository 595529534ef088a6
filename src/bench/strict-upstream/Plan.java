package sidecar.bench;

/**
 * The numbers of a run.
 *
 * @param keys API keys, each of them a provider
 * @param rpm requests a minute of each account
 * @param seconds during which clients begin requests
 * @param tokens length of an answer
 * @param intervalMillis between two tokens
 */
record Plan(int keys, int rpm, int clients, int seconds, int tokens, int intervalMillis) {

    @Override
    public String toString() {
        return keys + " keys × " + rpm + "/min, " + clients + " clients, " + seconds + " s, answers of " + tokens
                + " tokens in " + tokens * intervalMillis + " ms";
    }
}
