package dev.slicer.service.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Refuses what headers say of the body and the answer where it cannot be followed, before the HTTP layer fails on it.
 *
 * <p>Bodies that are compressed are refused, as RFC 9110 has it (15.5.16, 12.5.3). They are not decoded: the limits on bodies
 * and lines hold for what is sent, and a few kilobytes could become gigabytes behind them.
 */
@Singleton
class RequestHeaders {
    private static final String IDENTITY = "identity";
    /** Before whatever reads a body, streams of lines too. */
    private static final int FIRST = 20_000;

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    /** More than callers send, and few enough for matching to cost nothing. */
    private static final String PARAMETERS = "(\\s*;\\s*(?!q=)" + TOKEN + "=(" + TOKEN + "|\"[^\"\\\\,]*\")){0,20}\\s*";

    private static final Pattern MEDIA_TYPE = Pattern.compile(TOKEN + "/" + TOKEN + PARAMETERS);
    /** {@code *} alone is what old Java clients say. */
    private static final Pattern WANTED = Pattern.compile("\\s*(\\*|" + TOKEN + "/" + TOKEN + ")" + PARAMETERS
            + "(;\\s*q=(0?(\\.\\d{0,9})?|1(\\.0{0,9})?)" + PARAMETERS + ")?");

    void register(@Observes Filters filters) {
        filters.register(RequestHeaders::check, FIRST);
    }

    private static void check(RoutingContext context) {
        Optional<ProblemException> problem = compressed(context).or(() -> unreadable(context));
        if (problem.isPresent()) {
            Refusal.answer(context, problem.get());
        } else {
            context.next();
        }
    }

    private static Optional<ProblemException> compressed(RoutingContext context) {
        List<String> codings = context.request().headers().getAll(HttpHeaders.CONTENT_ENCODING);
        if (codings.stream().allMatch(RequestHeaders::isPlain)) {
            return Optional.empty();
        }
        context.response().putHeader(HttpHeaders.ACCEPT_ENCODING, IDENTITY);
        return Optional.of(new ProblemException(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                "the body has the content coding " + String.join(", ", codings)
                        + "; send it as it is, without Content-Encoding"));
    }

    /** @param codings a list of them, in the order in which they were applied */
    private static boolean isPlain(String codings) {
        for (String coding : codings.split(",", -1)) {
            String name = coding.strip().toLowerCase(Locale.ROOT);
            if (!name.isEmpty() && !name.equals(IDENTITY)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<ProblemException> unreadable(RoutingContext context) {
        for (String type : context.request().headers().getAll(HttpHeaders.CONTENT_TYPE)) {
            if (!MEDIA_TYPE.matcher(type).matches()) {
                return Optional.of(new ProblemException(
                        ProblemType.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be a media type, got \"" + type + "\""));
            }
        }
        for (String types : context.request().headers().getAll(HttpHeaders.ACCEPT)) {
            for (String type : types.split(",", -1)) {
                if (!type.isBlank() && !WANTED.matcher(type).matches()) {
                    return Optional.of(new ProblemException(
                            ProblemType.BAD_REQUEST, "Accept must be a list of media types, got \"" + types + "\""));
                }
            }
        }
        return Optional.empty();
    }
}
