package dev.slicer.service.config;

import dev.slicer.io.IoProblem;
import dev.slicer.kafka.security.ClientSettings;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Has the properties of the file that {@code slicer.kafka.config} names count as {@code kafka.*} for all clients. */
public final class KafkaConfigFile implements ConfigSourceFactory {
    private static final String KEY = "slicer.kafka.config";
    /** More than a service's own defaults (250), less than environment variables (300). */
    private static final int ORDINAL = 275;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        return Optional.ofNullable(context.getValue(KEY))
                .map(ConfigValue::getValue)
                .filter(file -> !file.isBlank())
                .map(file -> List.<ConfigSource>of(new PropertiesConfigSource(settings(Path.of(file)), KEY, ORDINAL)))
                .orElse(List.of());
    }

    private static Map<String, String> settings(Path file) {
        try {
            Map<String, String> settings = new HashMap<>();
            // Nothing in a value is an expression, least of all in a password.
            ClientSettings.read(file)
                    .forEach((name, value) -> settings.put("kafka." + name, value.replace("$", "\\$")));
            return settings;
        } catch (IOException e) {
            throw new IllegalArgumentException(KEY + ": cannot read " + file + ": " + IoProblem.of(e), e);
        }
    }
}
