package sidecar.provider.edge.model;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * {@code /models} has two meanings: to browsers it is a page of the console, to clients V2's short name of
 * {@code /v1/models}. Who wants HTML is a browser. The page asks who is there, as all pages do; since it is no path of its
 * own, that cannot be left to the constraints of web.xml.
 */
public class ModelsPathFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private static final String PAGE = "/models.xhtml";

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String accept = request.getHeader("Accept");
        boolean browser = request.getMethod().equals("GET") && accept != null && accept.contains("text/html");
        if (!browser) {
            chain.doFilter(request, response);
        } else if (request.getUserPrincipal() == null) {
            String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
            response.setHeader("Cache-Control", "no-store");
            response.setStatus(HttpServletResponse.SC_FOUND);
            response.setHeader(
                    "Location",
                    request.getContextPath() + "/login?from="
                            + URLEncoder.encode("/models" + query, StandardCharsets.UTF_8));
        } else {
            request.getRequestDispatcher(PAGE).forward(request, response);
        }
    }
}
