package sidecar.transfer;

/** What an import would do to one part of the configuration. */
public interface SectionPlan {

    ImportReport report();

    /** Stores it, in the caller's transaction; only when there are no errors. */
    void store();
}
