package sidecar.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import sidecar.failure.Verdict;

/** Keeps what a relay decides; bytes apart from the rest, so that only what the client could see is compared. */
final class RecordingSink implements Relay.Sink {

    final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private boolean committed;

    @Override
    public void failed(Verdict verdict, String why, String body) {
        events.add("failed " + verdict.means().wire());
    }

    @Override
    public void usageRefused() {
        events.add("usage refused");
    }

    @Override
    public void commit(long length) {
        committed = true;
        events.add("commit " + length);
    }

    @Override
    public void commitJson(long length) {
        commit(length);
    }

    @Override
    public void content() {
        events.add("content");
    }

    @Override
    public void pass(byte[] bytes) {
        if (!committed) {
            events.add("BYTES BEFORE COMMIT");
        }
        passed.writeBytes(bytes);
    }

    @Override
    public void complete() {
        events.add("complete");
    }

    @Override
    public void cut(String how) {
        events.add("cut");
    }

    @Override
    public void issued(String id) {
        events.add("issued " + id);
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
