package sidecar.upstream.edge;

import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import sidecar.upstream.Upstream;

/** Translates what HttpClient throws. A pure function. */
final class HttpFailureMapper {

    private HttpFailureMapper() {}

    static Upstream.Failure unconnected(boolean began) {
        return new Upstream.Failure(Upstream.Cause.CONNECT, "no connection in time", began);
    }

    static Upstream.Failure of(Exception thrown, boolean began, boolean headCame, boolean reused) {
        if (thrown instanceof CheckedDnsResolver.ForbiddenAddressException) {
            return new Upstream.Failure(Upstream.Cause.FORBIDDEN_ADDRESS, thrown.getMessage(), began);
        }
        if (thrown instanceof UnknownHostException) {
            return new Upstream.Failure(Upstream.Cause.DNS, "the host cannot be resolved", began);
        }
        if (thrown instanceof SSLException) {
            return new Upstream.Failure(
                    Upstream.Cause.TLS,
                    "no TLS connection: the certificate is not trusted or not for this host, or the protocol failed ("
                            + thrown.getMessage() + ")",
                    began);
        }
        if (thrown instanceof ConnectTimeoutException) {
            return unconnected(began);
        }
        if (thrown instanceof ConnectException) {
            return new Upstream.Failure(Upstream.Cause.CONNECT, "connection refused", began);
        }
        if (thrown instanceof HttpException && !(thrown instanceof ConnectionClosedException)) {
            return new Upstream.Failure(
                    Upstream.Cause.MALFORMED, "the answer is not HTTP: " + thrown.getMessage(), began);
        }
        if (reused && began && !headCame) {
            return new Upstream.Failure(
                    Upstream.Cause.STALE, "the upstream closed a kept connection under the request", true);
        }
        return headCame
                ? new Upstream.Failure(Upstream.Cause.TRUNCATED, "the upstream broke off its answer", began)
                : new Upstream.Failure(
                        Upstream.Cause.RESET, "the upstream closed the connection without an answer", began);
    }
}
