package dev.slicer.service;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Map;

/** Says what the HTTP server's metrics are, where the server itself leaves it open: they are on dashboards like our own. */
final class HttpMetricsHelp implements MeterFilter {
    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "http.server.active.requests", "Requests that are being answered",
            "http.server.connections", "Connections that are open, and for how long");

    @Override
    public Meter.Id map(Meter.Id id) {
        String description = DESCRIPTIONS.get(id.getName());
        if (description == null || id.getDescription() != null) {
            return id;
        }
        return new Meter.Id(id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), description, id.getType());
    }
}
