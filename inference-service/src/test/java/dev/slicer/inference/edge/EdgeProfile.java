package dev.slicer.inference.edge;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** REST alone, with small limits, behind a proxy that is believed: so each test is a client, or several, of its own. */
public class EdgeProfile implements QuarkusTestProfile {
    static final int STALLED_MILLIS = 500;
    static final int REQUESTS_PER_SECOND = 40;
    static final int BODY_BYTES = 64 * 1024;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("slicer.topics.create", "false"),
                Map.entry("slicer.inference.stream.enabled", "false"),
                Map.entry("kafka.bootstrap.servers", "127.0.0.1:1"),
                Map.entry("quarkus.http.proxy.proxy-address-forwarding", "true"),
                Map.entry("quarkus.http.proxy.trusted-proxies", "127.0.0.1"),
                Map.entry("slicer.inference.max-text-length", "2000"),
                Map.entry("slicer.limits.requests-per-second", Integer.toString(REQUESTS_PER_SECOND)),
                Map.entry("slicer.limits.streams", "4"),
                Map.entry("slicer.limits.streams-per-client", "2"),
                Map.entry("slicer.limits.bodies", Integer.toString(2 * BODY_BYTES)),
                Map.entry("slicer.limits.stalled", STALLED_MILLIS + "ms"),
                Map.entry("quarkus.http.limits.max-body-size", Integer.toString(BODY_BYTES)));
    }
}
