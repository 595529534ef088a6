package sidecar.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One feature's part of the configuration that is carried from one Sidecar to another. A feature joins by having a bean
 * of this kind; nothing else has to know of it. Secrets have a document of their own, which leaves only under a
 * passphrase: what is kept as a hash belongs there too. Callable from any thread; blocks.
 */
public interface ConfigurationSection {

    /** The fields of the document that are this part's, each an array. */
    List<String> fields();

    /** Adds what is stored to the document, and what of it nobody may see to {@code secrets}. */
    void write(ObjectNode document, ObjectNode secrets);

    /**
     * Reads what somebody wants to be stored, by the rules that the feature's REST has, and stores nothing. What exists
     * here and is not named there stays as it is.
     *
     * @param secrets empty when they did not come along
     */
    SectionPlan read(ObjectNode document, ObjectNode secrets);

    /**
     * Runs {@code work} while nobody else changes what is this part's; what it stored acts when this returns. A failure
     * of the work comes out, and then nothing acts.
     */
    void exclusively(Runnable work);
}
