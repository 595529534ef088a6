package sidecar.relay;

import java.util.List;
import java.util.Optional;
import sidecar.ledger.MeteredUsage;

/** Another relay, of which the steps are kept as they come. */
record RecordingRelay(Relay relay, RecordedSteps steps) implements Relay {

    private List<RelayStep> kept(List<RelayStep> decided) {
        steps.add(decided);
        return decided;
    }

    @Override
    public boolean isStream() {
        return relay.isStream();
    }

    @Override
    public List<RelayStep> take(byte[] bytes) {
        return kept(relay.take(bytes));
    }

    @Override
    public List<RelayStep> end() {
        return kept(relay.end());
    }

    @Override
    public List<RelayStep> broken(String reason) {
        return kept(relay.broken(reason));
    }

    @Override
    public boolean isCommitted() {
        return relay.isCommitted();
    }

    @Override
    public boolean isComplete() {
        return relay.isComplete();
    }

    @Override
    public boolean lastWord() {
        return relay.lastWord();
    }

    @Override
    public Optional<MeteredUsage> usage() {
        return relay.usage();
    }

    @Override
    public long heldBytes() {
        return relay.heldBytes();
    }

    @Override
    public List<RelayStep> commitHeld() {
        return kept(relay.commitHeld());
    }

    @Override
    public boolean endedWithError() {
        return relay.endedWithError();
    }
}
