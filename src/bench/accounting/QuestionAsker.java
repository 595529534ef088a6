package sidecar.bench;

import java.io.Closeable;

/** One client, which asks one question after the other. For one thread. */
interface QuestionAsker extends Closeable {

    /**
     * Asks once.
     *
     * @param sinceNanos when the question was due, from which its time counts
     */
    Outcome ask(Question question, long sinceNanos);

    @Override
    void close();
}
