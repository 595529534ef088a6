package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.exchange.Scene.event;

import org.junit.jupiter.api.Test;

/** What becomes of answers that are held back when the memory that all exchanges share is used up. */
class MemoryPressureTest {

    private static final String PIECE = "x".repeat(32 * 1024);

    private static Scene withMemory(long bytes) {
        Scene scene = Scene.ofTwo();
        scene.memory = bytes;
        return scene;
    }

    @Test
    void aPlainAnswerIsRelayedEarlyAndStillWhole() {
        Scene scene = withMemory(150_000).plain();
        scene.call().json(200, "{\"a\":\"");
        for (int i = 0; i < 3; i++) {
            scene.call().data(PIECE);
        }
        assertThat(scene.client.status()).as("there is room").isZero();

        scene.call().data(PIECE);
        assertThat(scene.client.status()).isEqualTo(200);
        assertThat(scene.held.held()).as("not held any more").isZero();
        scene.call().data(PIECE).data("\",\"model\":\"n1\"}").end();

        assertThat(scene.client.text()).isEqualTo("{\"a\":\"" + PIECE.repeat(5) + "\",\"model\":\"m\"}");
        scene.over("ok");
    }

    @Test
    void whatStopsAfterwardsIsACutAndNotTriedAgain() {
        Scene scene = withMemory(150_000).plain();
        scene.call().json(200, "{").data(PIECE).data(PIECE).data(PIECE).data(PIECE);

        scene.seconds(120);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example");
        assertThat(scene.client.wasCut()).isTrue();
        scene.over("truncated");
    }

    @Test
    void anErrorIsNotTakenForAnAnswer() {
        Scene scene = withMemory(75_000).plain();
        scene.call().json(503, "{\"error\":\"").data(PIECE).data(PIECE).data(PIECE);

        assertThat(scene.upstream.hosts()).containsExactly("p1.example", "p2.example");
        assertThat(scene.client.status()).isZero();
    }

    @Test
    void aStreamIsRelayedBeforeItsFirstContent() {
        Scene scene = withMemory(150_000).stream();
        String silent = event("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"x\":\"" + PIECE + "\"}]}");
        scene.call().stream().data(silent).data(silent).data(silent);
        assertThat(scene.client.status()).isZero();

        scene.call().data(silent);

        assertThat(scene.client.text()).isEqualTo(silent.repeat(4));
        scene.exchange().disconnected();
        scene.over("client_gone");
    }

    @Test
    void whatIsHeldIsGivenBackHoweverItEnds() {
        Scene scene = withMemory(1 << 20).plain();
        scene.call().json(200, "{").data(PIECE);
        assertThat(scene.held.held()).isGreaterThan(PIECE.length());

        scene.exchange().disconnected();

        scene.over("client_gone");
    }
}
