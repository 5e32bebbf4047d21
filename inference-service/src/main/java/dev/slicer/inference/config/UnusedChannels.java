package dev.slicer.inference.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Switches channels off that the service needs no Kafka for. */
public final class UnusedChannels implements ConfigSourceFactory {
    /** Less than a service's own properties have. */
    private static final int ORDINAL = 200;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        boolean fixed = isSet(context.getValue("slicer.inference.checkpoint"));
        boolean newest = "newest"
                .equalsIgnoreCase(context.getValue("slicer.inference.serve").getValue());
        Map<String, String> off = new HashMap<>();
        if (fixed) {
            off.put("mp.messaging.incoming.checkpoints-in.enabled", "false");
        }
        if (fixed || newest) {
            off.put("mp.messaging.incoming.checkpoint-events-in.enabled", "false");
        }
        return List.of(new PropertiesConfigSource(off, "unused channels", ORDINAL));
    }

    private static boolean isSet(ConfigValue value) {
        return value.getValue() != null && !value.getValue().isBlank();
    }
}
