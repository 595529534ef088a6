package sidecar.relay;

import java.util.ArrayList;
import java.util.List;

/**
 * How far the relaying of one answer has come, and the steps that have not been handed over yet. HOLDING → COMMITTED → RELAYING →
 * COMPLETED or TRUNCATED; HOLDING → FAILED. Not thread-safe.
 */
final class RelayProgress {

    private enum RelayStage {
        /** Nothing has been relayed: another provider may still be asked. */
        HOLDING,
        /** The head has been relayed, and no content. */
        COMMITTED,
        RELAYING,
        COMPLETED,
        TRUNCATED,
        FAILED
    }

    private RelayStage stage = RelayStage.HOLDING;
    private List<RelayStep> steps = List.of();

    boolean isHolding() {
        return stage == RelayStage.HOLDING;
    }

    /** Whether something was relayed, also when it ended after that. */
    boolean isCommitted() {
        return stage != RelayStage.HOLDING && stage != RelayStage.FAILED;
    }

    boolean isCompleted() {
        return stage == RelayStage.COMPLETED;
    }

    boolean isOver() {
        return stage == RelayStage.COMPLETED || stage == RelayStage.TRUNCATED || stage == RelayStage.FAILED;
    }

    private void to(RelayStage next, boolean legal) {
        if (!legal) {
            throw new IllegalStateException("a relay cannot go from " + stage + " to " + next);
        }
        stage = next;
    }

    private void add(RelayStep step) {
        if (steps.isEmpty()) {
            steps = new ArrayList<>(4);
        }
        steps.add(step);
    }

    /** Commits where nothing was relayed yet; otherwise does nothing. */
    void commit(long length) {
        commit(new RelayStep.Commit(length, false));
    }

    void commit(RelayStep.Commit commit) {
        if (isHolding()) {
            to(RelayStage.COMMITTED, true);
            add(commit);
        }
    }

    /** Content has come; only the first of it is a step. */
    void beginContent() {
        if (stage != RelayStage.RELAYING) {
            to(RelayStage.RELAYING, stage == RelayStage.COMMITTED);
            add(new RelayStep.BeginContent());
        }
    }

    void pass(byte[] bytes) {
        to(stage, stage == RelayStage.COMMITTED || stage == RelayStage.RELAYING);
        if (bytes.length > 0) {
            add(new RelayStep.PassBytes(bytes));
        }
    }

    void rememberId(String id) {
        add(new RelayStep.RememberId(id));
    }

    void complete() {
        to(RelayStage.COMPLETED, isCommitted() && !isOver());
        add(new RelayStep.Complete());
    }

    void truncate(String reason) {
        to(RelayStage.TRUNCATED, isCommitted() && !isOver());
        add(new RelayStep.Truncate(reason));
    }

    void fail(RelayStep.Fail failure) {
        to(RelayStage.FAILED, isHolding());
        add(failure);
    }

    void retryWithoutUsage() {
        to(RelayStage.FAILED, isHolding());
        add(new RelayStep.RetryWithoutUsage());
    }

    /** The steps since they were last taken; the caller's. */
    List<RelayStep> take() {
        List<RelayStep> taken = steps;
        steps = List.of();
        return taken;
    }
}
