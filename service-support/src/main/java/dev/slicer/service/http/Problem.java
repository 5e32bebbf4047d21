package dev.slicer.service.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The one shape of an error over HTTP: RFC 9457 problem details, {@code application/problem+json}.
 *
 * @param detail what is wrong with this request, for the one who sent it
 * @param instance the request's path
 */
public record Problem(URI type, String title, int status, String detail, URI instance) {
    public static final String MEDIA_TYPE = "application/problem+json";

    public static Problem of(ProblemException e, URI instance) {
        return of(e.type(), e.getMessage(), instance);
    }

    /** @param path as it was sent, which need not be one that a URI can have */
    public static URI instance(String path) {
        try {
            return new URI(path);
        } catch (URISyntaxException e) {
            return URI.create(URLEncoder.encode(path, StandardCharsets.UTF_8).replace("%2F", "/"));
        }
    }

    static Problem of(ProblemType type, String detail, URI instance) {
        return new Problem(type.uri(), type.title(), type.status(), detail, instance);
    }
}
