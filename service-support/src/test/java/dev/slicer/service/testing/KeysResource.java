package dev.slicer.service.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** Has a service ask for keys, those of {@link KeyFiles}. */
public final class KeysResource implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        return KeyFiles.settings();
    }

    @Override
    public void stop() {}
}
