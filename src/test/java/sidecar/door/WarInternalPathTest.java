package sidecar.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarInternalPathTest {

    @ParameterizedTest
    @CsvSource({
        "/WEB-INF;/x, true",
        "/WEB-INF;a=b, true",
        "/WEB-INF/web.xml;a, true",
        "/META-INF;/x, true",
        "/web-inf;/x, true",
        "/%57EB-INF;/x, true",
        "/;/WEB-INF/x, true",
        "//WEB-INF;/x, true",
        "/./WEB-INF;/x, true",
        "/WEB-INF/x, false",
        "/WEB-INFO;/x, false",
        "/v1/WEB-INF;/x, false",
        "/v1/models/a;b=c, false"
    })
    void aPathWithParametersMayLeadIntoTheWar(String path, boolean inside) {
        assertThat(WarInternalPath.isInside(path)).isEqualTo(inside);
    }
}
