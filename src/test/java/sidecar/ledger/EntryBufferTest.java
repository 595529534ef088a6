package sidecar.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EntryBufferTest {

    private final EntryBuffer buffer = new EntryBuffer(3);

    private void finish(String id) {
        buffer.finished(SomeEntry.entry().id(id).build());
    }

    @Test
    void whatCameFirstIsFetchedFirst() {
        finish("1");
        finish("2");

        assertThat(buffer.drain(1)).extracting(LedgerEntry::requestId).containsExactly("1");
        assertThat(buffer.drain(10)).extracting(LedgerEntry::requestId).containsExactly("2");
        assertThat(buffer.drain(10)).isEmpty();
    }

    @Test
    void whatFindsNoRoomIsCounted() {
        for (int i = 0; i < 5; i++) {
            finish("r" + i);
        }

        assertThat(buffer.lost()).isEqualTo(2);
        assertThat(buffer.size()).isEqualTo(3);
        assertThat(buffer.drain(10)).extracting(LedgerEntry::requestId).containsExactly("r0", "r1", "r2");
    }
}
