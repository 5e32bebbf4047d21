package dev.slicer.deploy;

import static dev.slicer.deploy.Repository.SERVICES;
import static dev.slicer.deploy.Repository.documentedVariables;
import static dev.slicer.deploy.Repository.firstGroup;
import static dev.slicer.deploy.Repository.path;
import static dev.slicer.deploy.Repository.text;
import static dev.slicer.deploy.Repository.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.deploy.Repository.Service;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ComposeTest {
    private static final String FILE = "deploy/compose.yaml";
    /** What the JVM reads itself, and is therefore no setting of a service. */
    private static final Set<String> VARIABLES_OF_THE_PROCESS = Set.of("JDK_JAVA_OPTIONS", "MALLOC_MMAP_THRESHOLD_");

    private final JsonNode services = yaml(FILE).path("services");

    static List<Service> slicer() {
        return SERVICES;
    }

    @ParameterizedTest
    @MethodSource("slicer")
    void shouldBuildAndPublishAServiceWithThePortItListensOn(Service service) {
        // Given
        String port = Integer.toString(service.port());
        String management = Integer.toString(service.managementPort());

        // When
        JsonNode declared = services.path(service.name());

        // Then
        JsonNode arguments = declared.path("build").path("args");
        assertThat(arguments.path("SERVICE").asText()).isEqualTo(service.name());
        assertThat(arguments.path("PORT").asText()).isEqualTo(port);
        assertThat(arguments.path("MANAGEMENT_PORT").asText()).isEqualTo(management);
        assertThat(text("deploy/Dockerfile"))
                .contains("AS " + arguments.path("RUNTIME").asText() + "-runtime");
        assertThat(strings(declared.path("ports")))
                .containsExactly("127.0.0.1:" + port + ":" + port, "127.0.0.1:" + management + ":" + management);
    }

    @ParameterizedTest
    @MethodSource("slicer")
    void shouldSetOnlyWhatIsDocumentedOfAService(Service service) {
        // When
        Map<String, String> variables = environment(service.name());

        // Then
        variables.keySet().removeAll(VARIABLES_OF_THE_PROCESS);
        assertThat(documentedVariables()).containsAll(variables.keySet());
        assertThat(variables).containsEntry("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092");
    }

    @Test
    void shouldGiveTheTrainerAKeyAndInferenceThoseItTrustsWhereCheckpointsAreSigned() {
        // Given
        JsonNode signed = yaml("deploy/compose.signed.yaml");

        // Then
        signed.path("services").properties().forEach(service -> {
            assertThat(services.has(service.getKey())).as(service.getKey()).isTrue();
            service.getValue().path("environment").properties().forEach(variable -> {
                assertThat(documentedVariables()).contains(variable.getKey());
                String secret = variable.getValue().asText().replace("/run/secrets/", "");
                assertThat(strings(service.getValue().path("secrets"))).contains(secret);
                assertThat(signed.path("secrets").has(secret)).isTrue();
            });
        });
        assertThat(signed.at("/services/inference-service/secrets"))
                .extracting(JsonNode::asText)
                .containsExactly("trusted-key");
    }

    @Test
    void shouldOpenPortsToThisMachineOnly() {
        assertThat(services)
                .allSatisfy(service -> assertThat(strings(service.path("ports")))
                        .isNotEmpty()
                        .allMatch(port -> port.startsWith("127.0.0.1:")));
    }

    @Test
    void shouldPinEveryImageThatIsPulledByItsDigest() {
        assertThat(services)
                .filteredOn(service -> !service.has("build"))
                .extracting(service -> service.path("image").asText())
                .hasSize(3)
                .allMatch(image -> image.matches("[a-z]+/[a-z]+:v?\\d+\\.\\d+\\.\\d+@sha256:[0-9a-f]{64}"));
    }

    @Test
    void shouldRunTheBrokerThatTestsRun() {
        // Given
        String tested =
                firstGroup("<kafka.broker.version>(.+)</kafka.broker.version>", text("slicer-broker/kafka/pom.xml"));

        // Then
        assertThat(services.path("kafka").path("image").asText()).startsWith("apache/kafka:" + tested + "@");
    }

    @Test
    void shouldGiveEveryServiceAHealthCheckAMemoryLimitAndDeclaredVolumes() {
        // Given
        Set<String> volumes = Set.copyOf(names(yaml(FILE).path("volumes")));

        // Then
        names(services).forEach(name -> {
            JsonNode service = services.path(name);
            assertThat(service.path("deploy")
                            .path("resources")
                            .path("limits")
                            .path("memory")
                            .asText())
                    .as("memory of %s", name)
                    .isNotEmpty();
            // Slicer's images bring theirs.
            assertThat(service.has("healthcheck") || service.has("build"))
                    .as("health check of %s", name)
                    .isTrue();
            assertThat(strings(service.path("volumes")))
                    .as("volumes of %s", name)
                    .allSatisfy(mount -> {
                        String source = mount.substring(0, mount.indexOf(':'));
                        if (source.startsWith(".")) {
                            assertThat(path("deploy").resolve(source)).exists();
                        } else {
                            assertThat(volumes).contains(source);
                        }
                    });
        });
    }

    @Test
    void shouldKeepCheckpointsWhereTrainerAndInferenceBothSeeThem() {
        // Given
        String store = environment("trainer-service").get("SLICER_CHECKPOINTS_STORE");

        // Then
        assertThat(environment("inference-service")).containsEntry("SLICER_CHECKPOINTS_STORE", store);
        for (String service : List.of("trainer-service", "inference-service")) {
            assertThat(strings(services.path(service).path("volumes")))
                    .filteredOn(mount -> mount.startsWith("checkpoints:"))
                    .singleElement()
                    .satisfies(mount -> assertThat(store).startsWith(mount.split(":")[1] + "/"));
        }
    }

    @Test
    void shouldHavePrometheusScrapeEveryServiceByItsName() {
        // When
        JsonNode jobs = yaml("deploy/prometheus/prometheus.yml").path("scrape_configs");

        // Then
        assertThat(jobs).hasSize(SERVICES.size());
        assertThat(SERVICES)
                .allSatisfy(service -> assertThat(jobs)
                        .filteredOn(job -> job.path("job_name").asText().equals(service.name()))
                        .singleElement()
                        .satisfies(job -> {
                            assertThat(job.path("metrics_path").asText()).isEqualTo("/q/metrics");
                            assertThat(strings(
                                            job.path("static_configs").path(0).path("targets")))
                                    .containsExactly(service.name() + ":" + service.managementPort());
                        }));
    }

    @Test
    void shouldBeAcceptedByDockerCompose() {
        // Given
        Tool.assumeWorks("docker compose", "docker", "compose", "version");

        // When
        Tool.Run run = Tool.run(path("."), Map.of(), "docker", "compose", "--file", FILE, "config", "--quiet");

        // Then
        assertThat(run.output()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void shouldProvisionGrafanaFromWhereComposeMountsItsFiles() {
        // Given
        JsonNode provider = yaml("deploy/grafana/provisioning/dashboards/slicer.yaml")
                .path("providers")
                .path(0);
        JsonNode source = yaml("deploy/grafana/provisioning/datasources/prometheus.yaml")
                .path("datasources")
                .path(0);

        // Then
        String folder = provider.path("options").path("path").asText();
        assertThat(strings(services.path("grafana").path("volumes")))
                .contains("./grafana/dashboards:" + folder + ":ro");
        assertThat(source.path("url").asText()).isEqualTo("http://prometheus:9090");
        assertThat(strings(services.path("grafana").path("volumes")))
                .as("where the dashboards' links to runbooks lead")
                .contains("../docs/runbooks:/usr/share/grafana/public/runbooks:ro");
        String home = environment("grafana").get("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH");
        assertThat(Files.exists(path("deploy/grafana/dashboards" + home.substring(folder.length()))))
                .isTrue();
    }

    private Map<String, String> environment(String service) {
        Map<String, String> variables = new TreeMap<>();
        services.path(service)
                .path("environment")
                .properties()
                .forEach(entry -> variables.put(entry.getKey(), entry.getValue().asText()));
        return variables;
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
