package dev.slicer.service;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;

/** Says what the one metric of the HTTP server is that comes without help. */
final class HttpMetricsHelp implements MeterFilter {
    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().equals("http.server.active.requests") || id.getDescription() != null) {
            return id;
        }
        return new Meter.Id(
                id.getName(),
                Tags.of(id.getTagsAsIterable()),
                id.getBaseUnit(),
                "Requests that are being answered",
                id.getType());
    }
}
