package dev.slicer.inference.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** REST alone, without Kafka, with small limits and a feed that shows texts. */
public class ServedProfile implements QuarkusTestProfile {
    public static final int MAX_QUEUED_TOKENS = 200;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "slicer.topics.create", "false",
                "slicer.inference.stream.enabled", "false",
                "kafka.bootstrap.servers", "127.0.0.1:1",
                "slicer.inference.max-text-length", "2000",
                "slicer.inference.feed-texts", "true",
                "slicer.inference.batching.max-queued-tokens", Integer.toString(MAX_QUEUED_TOKENS),
                // Less than the streams that are sent.
                "quarkus.http.limits.max-body-size", "64K");
    }
}
