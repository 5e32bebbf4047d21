package dev.slicer.kafka.security;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * A file of settings for Kafka's clients, as Kafka's own tools take it ({@code client.properties}). Its secrets may lie in other
 * files: <code>${directory:FOLDER:FILE}</code> is what a file has, <code>${file:PROPERTIES:KEY}</code> a value of a file of
 * properties. Nothing else is looked up, no other setting is searched for references, and what is read is not read again, so
 * who writes a secret cannot have another file read.
 */
public final class ClientSettings {
    private static final String PROVIDERS = "config.providers";
    private static final Map<String, Class<? extends ConfigProvider>> KNOWN =
            Map.of("file", FileConfigProvider.class, "directory", DirectoryConfigProvider.class);
    /** System properties of Kafka's clients. */
    private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    private static final String ALLOWED_FILES = "org.apache.kafka.sasl.oauthbearer.allowed.files";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([a-zA-Z]+):(?:([^:}]*):)?([^}]*)}");

    private final Path file;
    private final Map<String, String> written;

    private ClientSettings(Path file, Map<String, String> written) {
        this.file = file;
        this.written = written;
    }

    /**
     * @return the settings, secrets included: not for logs
     * @throws IOException where the file cannot be read
     * @throws ConfigException naming the setting, where it refers to what is not there
     */
    public static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(file + " is no file of properties: " + e.getMessage());
        }
        Map<String, String> written = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> written.put(name, properties.getProperty(name)));
        Map<String, String> settings = new ClientSettings(file, written).resolved();
        allowTokens(settings);
        return settings;
    }

    private Map<String, String> resolved() throws IOException {
        Map<String, ConfigProvider> providers = providers();
        Map<String, String> resolved = new HashMap<>();
        try {
            written.forEach((name, value) -> {
                if (!name.equals(PROVIDERS) && !name.startsWith(PROVIDERS + ".")) {
                    resolved.put(name, resolved(name, value, providers));
                }
            });
        } finally {
            for (ConfigProvider provider : providers.values()) {
                provider.close();
            }
        }
        return resolved;
    }

    /** With the folders that the file restricts them to, as it does for Kafka's own tools. */
    private Map<String, ConfigProvider> providers() {
        for (String name : written.getOrDefault(PROVIDERS, "").split(",")) {
            Optional<String> type = Optional.ofNullable(written.get(PROVIDERS + "." + name.strip() + ".class"));
            if (!name.isBlank()
                    && (!KNOWN.containsKey(name.strip())
                            || type.filter(other -> !other.equals(
                                            KNOWN.get(name.strip()).getName()))
                                    .isPresent())) {
                throw new ConfigException(file + ": " + PROVIDERS + " has " + name.strip()
                        + "; secrets come from file and directory, by Kafka's own classes, alone");
            }
        }
        return Map.of(
                "file", configured("file", new FileConfigProvider()),
                "directory", configured("directory", new DirectoryConfigProvider()));
    }

    private ConfigProvider configured(String name, ConfigProvider provider) {
        String prefix = PROVIDERS + "." + name + ".param.";
        Map<String, String> parameters = new HashMap<>();
        written.forEach((setting, value) -> {
            if (setting.startsWith(prefix)) {
                parameters.put(setting.substring(prefix.length()), value);
            }
        });
        provider.configure(parameters);
        return provider;
    }

    private String resolved(String setting, String value, Map<String, ConfigProvider> providers) {
        return REFERENCE.matcher(value).replaceAll(reference -> {
            ConfigProvider provider = providers.get(reference.group(1));
            if (provider == null) {
                throw new ConfigException(file + ": " + setting + " refers to ${" + reference.group(1)
                        + ":…}; secrets come from ${directory:FOLDER:FILE} and ${file:PROPERTIES:KEY} alone");
            }
            String folder = Optional.ofNullable(reference.group(2)).orElse("");
            String key = reference.group(3);
            String secret = provider.get(folder, Set.of(key)).data().get(key);
            if (secret == null) {
                throw new ConfigException(file + ": " + setting + " refers to " + reference.group()
                        + ", and there is no " + key + " in " + folder);
            }
            String line = secret.replaceFirst("\\R$", "");
            return Matcher.quoteReplacement(
                    setting.endsWith(SaslConfigs.SASL_JAAS_CONFIG)
                            ? line.replace("\\", "\\\\").replace("\"", "\\\"")
                            : line);
        });
    }

    /**
     * Kafka's clients fetch tokens from addresses and files that the process was told of besides, against settings of others'.
     * These are the operator's own.
     */
    private static void allowTokens(Map<String, String> settings) {
        Optional.ofNullable(settings.get(SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL))
                .ifPresent(url -> {
                    allow(ALLOWED_URLS, url);
                    if (url.startsWith("file:")) {
                        allow(ALLOWED_FILES, Path.of(URI.create(url)).toString());
                    }
                });
    }

    private static synchronized void allow(String property, String more) {
        Set<String> allowed = new LinkedHashSet<>(Set.of(more));
        for (String before : System.getProperty(property, "").split(",")) {
            if (!before.isBlank()) {
                allowed.add(before.strip());
            }
        }
        System.setProperty(property, String.join(",", allowed));
    }
}
