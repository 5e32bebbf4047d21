package dev.slicer.service.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.inject.Singleton;
import java.util.Map;

/** Says what the metrics of the HTTP server are that come without help. */
@Singleton
final class HttpMetricsHelp implements MeterFilter {
    private static final Map<String, String> HELP = Map.of(
            "http.server.active.requests", "Requests that are being answered",
            "http.server.errors", "Connections that ended with an error");

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!HELP.containsKey(id.getName()) || id.getDescription() != null) {
            return id;
        }
        return new Meter.Id(
                id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), HELP.get(id.getName()), id.getType());
    }
}
