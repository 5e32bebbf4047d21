package dev.slicer.service.security;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Who changed what, and who was refused what: a line for each, whose parts are fields of their own where the log is JSON.
 * Bodies, queries and headers are not in it.
 */
@Singleton
class AuditLog {
    private static final Logger LOG = Logger.getLogger("dev.slicer.audit");
    /** Refusals that are written in {@link #WINDOW}; a stranger must not fill a disk. */
    static final int MOST_REFUSALS = 100;

    static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int LONGEST_PATH = 200;

    private final Clock clock;
    private Instant windowEnd = Instant.MIN;
    private int written;
    private long passedOver;

    AuditLog(Clock clock) {
        this.clock = clock;
    }

    void changed(RoutingContext request, int status) {
        write(Logger.Level.INFO, status < 400 ? "changed" : "failed", fields(request, status));
    }

    void refused(RoutingContext request, int status) {
        long untold;
        synchronized (this) {
            Instant now = clock.instant();
            if (!now.isBefore(windowEnd)) {
                windowEnd = now.plus(WINDOW);
                written = 0;
            }
            if (written == MOST_REFUSALS) {
                passedOver++;
                return;
            }
            written++;
            untold = passedOver;
            passedOver = 0;
        }
        if (untold > 0) {
            write(Logger.Level.WARN, "refused", Map.of("untold", Long.toString(untold)));
        }
        write(Logger.Level.WARN, "refused", fields(request, status));
    }

    private static Map<String, String> fields(RoutingContext context, int status) {
        HttpServerRequest request = context.request();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("by", Caller.of(context).map(Caller::name).orElse("-"));
        fields.put(
                "from",
                Optional.ofNullable(request.remoteAddress())
                        .map(SocketAddress::hostAddress)
                        .orElse("-"));
        fields.put("action", request.method() + " " + printable(request.path()));
        fields.put("status", Integer.toString(status));
        // What a request made, where its address does not say it.
        Optional.ofNullable(context.response().headers().get(HttpHeaders.LOCATION))
                .ifPresent(made -> fields.put("made", printable(made.replaceFirst("^[a-z]+://[^/]*", ""))));
        return fields;
    }

    /** A path comes as it was sent, and a line of the log must stay one. */
    private static String printable(String path) {
        String start = path.length() <= LONGEST_PATH ? path : path.substring(0, LONGEST_PATH) + "...";
        return start.replaceAll("[^\\x21-\\x7e]|[\"\\\\]", "?");
    }

    private static void write(Logger.Level level, String what, Map<String, String> fields) {
        fields.forEach((name, value) -> MDC.put("audit." + name, value));
        MDC.put("audit.result", what);
        try {
            LOG.log(
                    level,
                    fields.entrySet().stream()
                            .map(field -> field.getKey() + "=" + quoted(field.getValue()))
                            .collect(Collectors.joining(" ", what + " ", "")));
        } finally {
            fields.keySet().forEach(name -> MDC.remove("audit." + name));
            MDC.remove("audit.result");
        }
    }

    private static String quoted(String value) {
        return value.indexOf(' ') < 0 ? value : '"' + value + '"';
    }
}
