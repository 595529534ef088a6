package sidecar.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.exchange.ExchangeFixture;
import sidecar.upstream.UpstreamBody;

/** Where bodies are held while they come, are sent, and are sent again. */
class RequestBodyStoreTest {

    private static final long MOST = 1 << 20;
    private static final int LONG = 300_000;
    private static final int UNKNOWN = -1;

    private long inMemory = 1 << 16;
    private long onDisk = 1 << 20;
    private final ByteBudget memory = new ByteBudget(() -> inMemory);
    private final ByteBudget disk = new ByteBudget(() -> onDisk);
    private final FakeSpool spool = new FakeSpool();
    private final RequestBodyStore bodyStore = new RequestBodyStore(memory, disk, spool);

    private static byte[] some(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Gives it what comes; false when there was no room for all of it. */
    private static boolean fill(RequestBodyBuilder builder, byte[] bytes) {
        for (int at = 0; at < bytes.length; ) {
            if (!builder.room(0)) {
                return false;
            }
            int n = Math.min(Math.min(bytes.length - at, builder.buffer().length - builder.offset()), 7_000);
            System.arraycopy(bytes, at, builder.buffer(), builder.offset(), n);
            if (!builder.filled(n)) {
                return false;
            }
            at += n;
        }
        return true;
    }

    private RequestBody held(int length, long declared) {
        RequestBodyBuilder builder = bodyStore.draft(declared, MOST);
        assertThat(fill(builder, some(length))).isTrue();
        assertThat(builder.length()).isEqualTo(length);
        return builder.whole();
    }

    private static byte[] sent(UpstreamBody body) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (UpstreamBody.BodyPass reading = body.read()) {
            for (ByteBuffer now = reading.next(); now.hasRemaining(); now = reading.next()) {
                byte[] copy = new byte[now.remaining()];
                now.get(copy);
                all.writeBytes(copy);
            }
        }
        assertThat(body.length()).isEqualTo(all.size());
        return all.toByteArray();
    }

    private void nothingIsHeld() {
        assertThat(memory.held()).as("in memory").isZero();
        assertThat(disk.held()).as("on disk").isZero();
        assertThat(spool.files).as("files").hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,-1", "1,1", "1,-1", "16384,-1", "16385,-1", "65536,65536", "65536,-1"})
    void whatFitsIntoMemoryIsHeldThere(int length, long declared) throws IOException {
        RequestBody body = held(length, declared);

        assertThat(memory.held()).isEqualTo(length);
        assertThat(spool.opened).hasValue(0);
        assertThat(sent(body.with(List.of()))).isEqualTo(some(length));
        body.release();
        body.release();
        nothingIsHeld();
    }

    @ParameterizedTest
    @ValueSource(ints = {LONG, UNKNOWN})
    void aLongBodyThatFindsNoMemoryIsHeldInAFile(int declared) throws IOException {
        RequestBody body = held(LONG, declared);

        assertThat(memory.held()).isZero();
        assertThat(disk.held()).isEqualTo(LONG);
        assertThat(spool.files).hasValue(1);
        assertThat(sent(body.with(List.of()))).isEqualTo(some(LONG));
        assertThat(sent(body.with(List.of()))).as("once more").isEqualTo(some(LONG));
        body.release();
        body.release();
        nothingIsHeld();
    }

    /** A thousand heads with a byte each took the memory from everybody for ten minutes. */
    @Test
    void whatIsOnlyAnnouncedTakesNoMemory() {
        inMemory = 1 << 20;
        for (int i = 0; i < 500; i++) {
            RequestBodyBuilder builder = bodyStore.draft(65_536, MOST);
            assertThat(fill(builder, some(1))).isTrue();
        }

        assertThat(memory.held()).isLessThanOrEqualTo(500 * 1024);
        assertThat(fill(bodyStore.draft(65_536, MOST), some(65_536))).isTrue();
    }

    @Test
    void aShortBodyThatFindsNoMemoryIsRefused() {
        inMemory = 100;
        RequestBodyBuilder builder = bodyStore.draft(RequestBodyBuilder.SHORT, MOST);

        assertThat(builder.room(0)).isFalse();

        builder.discard();
        assertThat(spool.opened).hasValue(0);
        nothingIsHeld();
    }

    @Test
    void aDeclaredBodyThatFindsNoRoomIsRefusedBeforeItComes() {
        onDisk = LONG - 1;
        RequestBodyBuilder builder = bodyStore.draft(LONG, MOST);

        assertThat(builder.room(0)).isFalse();

        builder.discard();
        assertThat(spool.opened).hasValue(0);
        nothingIsHeld();
    }

    @Test
    void aBodyOfUnknownLengthIsRefusedWhenTheSpoolIsFull() {
        onDisk = LONG - 1;
        RequestBodyBuilder builder = bodyStore.draft(UNKNOWN, MOST);

        assertThat(fill(builder, some(LONG))).isFalse();
        assertThat(disk.held()).isLessThanOrEqualTo(onDisk);

        builder.discard();
        nothingIsHeld();
    }

    @ParameterizedTest
    @CsvSource({"false,true", "true,false"})
    void aDiskThatFailsIsAFullOne(boolean opens, boolean writes) {
        spool.opens = opens;
        spool.writes = writes;
        RequestBodyBuilder builder = bodyStore.draft(UNKNOWN, MOST);

        assertThat(fill(builder, some(LONG))).isFalse();

        builder.discard();
        nothingIsHeld();
    }

    @Test
    void aDiskThatFailsLaterIsAFullOneToo() {
        RequestBodyBuilder builder = bodyStore.draft(LONG, MOST);
        assertThat(fill(builder, some(100_000))).isTrue();
        spool.writes = false;

        assertThat(fill(builder, some(1))).isFalse();

        builder.discard();
        nothingIsHeld();
    }

    @Test
    void aDraftThatIsGivenUpLeavesNothing() {
        RequestBodyBuilder inFile = bodyStore.draft(LONG, MOST);
        RequestBodyBuilder inArray = bodyStore.draft(100, MOST);
        fill(inFile, some(50_000));
        fill(inArray, some(50));

        inFile.discard();
        inArray.discard();

        nothingIsHeld();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, LONG})
    void aBodyStaysWhileACallStillSendsIt(int length) throws IOException {
        RequestBody body = held(length, length);
        UpstreamBody.BodyPass reading = body.with(List.of()).read();

        body.release();
        body.release();
        assertThat(memory.held() + disk.held()).isEqualTo(length);
        assertThat(reading.next().hasRemaining()).isTrue();

        reading.close();
        reading.close();
        nothingIsHeld();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, LONG})
    void nobodyReadsABodyThatIsGone(int length) {
        RequestBody body = held(length, length);
        UpstreamBody.BodyPass reading = body.with(List.of()).read();
        reading.close();
        body.release();

        assertThatThrownBy(reading::next).isInstanceOf(IOException.class);
        UpstreamBody.BodyPass late = body.with(List.of()).read();
        assertThatThrownBy(late::next).isInstanceOf(IOException.class);
        late.close();
        nothingIsHeld();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, FileByteSource.PIECE - 1, FileByteSource.PIECE, FileByteSource.PIECE + 1, LONG - 3})
    void whatMustChangeIsChangedWhereverItStands(int at) throws IOException {
        byte[] bytes = some(LONG);
        RequestBody body = held(LONG, LONG);
        for (List<ByteEdit> edits : List.of(
                List.of(new ByteEdit(at, at + 3, some(5))),
                List.of(new ByteEdit(at, at, some(5))),
                List.of(new ByteEdit(at, at + 3, new byte[0])),
                List.of(new ByteEdit(at, at + 1, some(2)), new ByteEdit(at + 1, at + 3, some(4))))) {
            assertThat(sent(body.with(edits))).isEqualTo(ByteEdit.join(bytes, edits));
        }
        body.release();
    }

    @Test
    void aSpooledBodyIsSentAgainAfterAFailureAndItsFileIsGoneAfterwards() {
        ExchangeFixture fixture = ExchangeFixture.ofTwo();
        fixture.memory = 1_000;
        String pad = "é".repeat(LONG);
        fixture.post(ExchangeFixture.CHAT, "{\"pad\":\"" + pad + "\",\"model\":\"m\"}");

        assertThat(fixture.spool.files).hasValue(1);
        fixture.call().json(503, "{}").end();
        assertThat(fixture.spool.files).hasValue(1);
        fixture.call()
                .json(200, "{\"model\":\"n2\",\"choices\":[{\"message\":{\"content\":\"x\"}}]}")
                .end();

        assertThat(fixture.upstream.call(0).body()).isEqualTo("{\"pad\":\"" + pad + "\",\"model\":\"n1\"}");
        assertThat(fixture.upstream.call(1).body()).isEqualTo("{\"pad\":\"" + pad + "\",\"model\":\"n2\"}");
        fixture.over("ok");
    }

    @Test
    void theFirstRelayedByteLetsGoOfTheFile() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.memory = 1_000;
        fixture.post(ExchangeFixture.CHAT, "{\"pad\":\"" + "x".repeat(LONG) + "\",\"model\":\"m\",\"stream\":true}");

        fixture.call().stream().data(ExchangeFixture.delta("n1", "x"));

        assertThat(fixture.spool.files).hasValue(0);
        fixture.notOver();
    }

    @Test
    void aHangUpLetsGoOfTheFile() {
        ExchangeFixture fixture = ExchangeFixture.ofOne();
        fixture.memory = 1_000;
        fixture.post(ExchangeFixture.CHAT, "{\"pad\":\"" + "x".repeat(LONG) + "\",\"model\":\"m\"}");

        fixture.exchange().disconnected();

        fixture.over("client_gone");
    }
}
