package sidecar.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids and who issued them. */
class IssuedIdsTest {

    private final IssuedIds ids = new IssuedIds();

    @Test
    void theLatestTenThousandIdsAreKept() {
        for (int i = 0; i <= IssuedIds.MOST; i++) {
            ids.issued("file-" + (100_000 + i), "p");
        }

        assertThat(ids.issuer("file-100000")).isEmpty();
        assertThat(ids.issuer("file-100001")).contains("p");
    }

    @Test
    void thePathsLastKnownIdDecides() {
        ids.restore(Map.of("batch_1234", "a", "file-1234", "b"));

        assertThat(ids.inPath("/v1/batch_1234/x/file-1234/content")).contains("b");
        assertThat(ids.inPath("/v1/batch_1234/x/file-9999")).contains("a");
        assertThat(ids.inPath("/v1/files")).isEmpty();
    }

    @Test
    void whatIsFreshIsGivenOnceAndAgainWhenItCouldNotBeWrittenDown() {
        ids.issued("file-1234", "p");
        ids.issued("file-1234", "p");
        List<IssuedIds.Issued> fresh = ids.fresh();
        ids.issued("file-5678", "q");

        assertThat(fresh).containsExactly(new IssuedIds.Issued("file-1234", "p"));
        ids.requeue(fresh);
        assertThat(ids.fresh())
                .containsExactly(new IssuedIds.Issued("file-1234", "p"), new IssuedIds.Issued("file-5678", "q"));
        assertThat(ids.fresh()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "chatcmpl-1234", "cmpl-1234", "1234", "file-", "x", "FILE-1234", "file-12 34", "file-a\n1234"
            })
    void otherIdsAreNotKept(String id) {
        ids.issued(id, "p");

        assertThat(ids.issuer(id)).isEmpty();
        assertThat(ids.fresh()).isEmpty();
    }
}
