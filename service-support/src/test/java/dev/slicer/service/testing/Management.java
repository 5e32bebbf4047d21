package dev.slicer.service.testing;

import java.net.URI;
import org.eclipse.microprofile.config.ConfigProvider;

/** Where the service under test has its health and metrics. */
public final class Management {
    private Management() {}

    /** @param path as {@code /q/metrics} */
    public static String at(String path) {
        int port = ConfigProvider.getConfig().getValue("quarkus.management.test-port", Integer.class);
        return URI.create("http://127.0.0.1:" + port).resolve(path).toString();
    }
}
