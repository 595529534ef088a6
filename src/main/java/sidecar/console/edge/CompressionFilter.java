package sidecar.console.edge;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Packs what Faces draws (pages, their parts, scripts, styles) for browsers that can unpack it. Why not the server does it: ADR 024. */
@WebFilter(
        servletNames = "pages",
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.FORWARD})
public class CompressionFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.addHeader("Vary", "Accept-Encoding");
        if (request.getMethod().equals("HEAD") || !takesGzip(request)) {
            chain.doFilter(request, response);
            return;
        }
        CompressedResponse compressed = new CompressedResponse(response);
        chain.doFilter(request, compressed);
        compressed.send();
    }

    private static boolean takesGzip(HttpServletRequest request) {
        List<String> accepted = Collections.list(request.getHeaders("Accept-Encoding"));
        return accepted.stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(coding -> coding.replace(" ", "").toLowerCase(Locale.ROOT))
                .anyMatch(coding -> coding.matches("gzip(;q=(1|0\\.0*[1-9]).*)?"));
    }
}
