package sidecar.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps the steps of a relay; bytes apart from the rest, so that only what the client could see is compared. */
final class RecordedSteps {

    final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private boolean committed;

    void add(List<RelayStep> steps) {
        steps.forEach(this::add);
    }

    private void add(RelayStep step) {
        if (step instanceof RelayStep.PassBytes pass) {
            if (!committed) {
                events.add("BYTES BEFORE COMMIT");
            }
            passed.writeBytes(pass.bytes());
        } else if (step instanceof RelayStep.Commit commit) {
            committed = true;
            events.add("commit " + commit.length());
        } else if (step instanceof RelayStep.BeginContent) {
            events.add("content");
        } else if (step instanceof RelayStep.RememberId issued) {
            events.add("issued " + issued.id());
        } else if (step instanceof RelayStep.Fail fail) {
            events.add("failed " + fail.verdict().means().wire());
        } else if (step instanceof RelayStep.RetryWithoutUsage) {
            events.add("usage refused");
        } else {
            events.add(step instanceof RelayStep.Complete ? "complete" : "cut");
        }
    }

    String text() {
        return passed.toString(StandardCharsets.UTF_8);
    }

    int size() {
        return passed.size();
    }

    /** Everything that a client or a ledger could tell apart. */
    String story() {
        return String.join(", ", events) + " | " + text();
    }
}
