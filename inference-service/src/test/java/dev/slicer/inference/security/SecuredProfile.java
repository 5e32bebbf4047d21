package dev.slicer.inference.security;

import dev.slicer.service.testing.KeyFiles;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.HashMap;
import java.util.Map;

/** Keys are asked for; there is no Kafka. */
public class SecuredProfile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>(Map.of(
                "slicer.topics.create",
                "false",
                "slicer.inference.stream.enabled",
                "false",
                "kafka.bootstrap.servers",
                "127.0.0.1:1"));
        settings.putAll(KeyFiles.settings());
        return settings;
    }
}
