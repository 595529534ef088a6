package sidecar.admin.edge;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** V2's ways to the description of the API lead to {@code /openapi}. */
@WebServlet({"/docs", "/openapi.json"})
public class OpenApiLinks extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader(
                "Location", request.getServletPath().endsWith(".json") ? "/openapi?format=JSON" : "/openapi");
    }
}
