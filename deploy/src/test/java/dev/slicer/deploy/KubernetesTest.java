package dev.slicer.deploy;

import static dev.slicer.deploy.Repository.SERVICES;
import static dev.slicer.deploy.Repository.documentedVariables;
import static dev.slicer.deploy.Repository.path;
import static dev.slicer.deploy.Repository.yamlDocuments;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.deploy.Repository.Service;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesTest {
    private static final String BASE = "k8s/base";
    private static final String GPU = "k8s/overlays/gpu";
    private static final Set<String> VARIABLES_OF_THE_PROCESS = Set.of("JDK_JAVA_OPTIONS", "MALLOC_MMAP_THRESHOLD_");
    private static final Map<String, Class<?>> MODELS = Map.of(
            "ConfigMap", V1ConfigMap.class,
            "Deployment", V1Deployment.class,
            "PersistentVolumeClaim", V1PersistentVolumeClaim.class,
            "PodDisruptionBudget", V1PodDisruptionBudget.class,
            "Service", V1Service.class,
            "StatefulSet", V1StatefulSet.class);

    static Stream<Service> slicer() {
        return SERVICES.stream();
    }

    @BeforeEach
    void needKubectl() {
        Tool.assumeWorks("kubectl", "kubectl", "kustomize", "--help");
    }

    @ParameterizedTest
    @ValueSource(strings = {BASE, GPU})
    void shouldHaveNoFieldThatKubernetesDoesNotKnowAndLackNoneItNeeds(String folder) {
        assertThat(render(folder)).isNotEmpty().allSatisfy(object -> {
            Class<?> model = MODELS.get(object.path("kind").asText());
            assertThat(model).as("model of %s", object.path("kind")).isNotNull();
            // The generated models refuse both while they read.
            assertThat(JSON.<Object>deserialize(object.toString(), model)).isNotNull();
        });
    }

    @ParameterizedTest
    @MethodSource("slicer")
    void shouldSendRequestsToThePortThatAServiceListensOn(Service service) {
        // When
        JsonNode front = object("Service", service.name());
        JsonNode workload = workload(service.name());

        // Then
        JsonNode port = front.path("spec").path("ports").path(0);
        assertThat(port.path("port").asInt()).isEqualTo(service.port());
        JsonNode containerPort = container(workload).path("ports").path(0);
        assertThat(containerPort.path("name")).isEqualTo(port.path("targetPort"));
        assertThat(containerPort.path("containerPort").asInt()).isEqualTo(service.port());
        assertThat(front.path("spec").path("ports"))
                .as("ports that callers reach")
                .hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("slicer")
    void shouldKeepHealthAndMetricsAtAPortThatRequestsAreNotSentTo(Service service) {
        // When
        JsonNode workload = workload(service.name());

        // Then
        JsonNode containerPort = container(workload).path("ports").path(1);
        assertThat(containerPort.path("name").asText()).isEqualTo("management");
        assertThat(containerPort.path("containerPort").asInt()).isEqualTo(service.managementPort());
        assertThat(workload.at("/spec/template/metadata/annotations/prometheus.io~1port")
                        .asInt())
                .isEqualTo(service.managementPort());
    }

    @ParameterizedTest
    @MethodSource("slicer")
    void shouldSelectThePodsOfAService(Service service) {
        // Given
        Map<String, String> labels = strings(workload(service.name()).at("/spec/template/metadata/labels"));

        // Then
        assertThat(labels)
                .containsAllEntriesOf(strings(object("Service", service.name()).at("/spec/selector")))
                .containsAllEntriesOf(strings(workload(service.name()).at("/spec/selector/matchLabels")))
                .containsEntry("app.kubernetes.io/part-of", "slicer");
    }

    @ParameterizedTest
    @MethodSource("slicer")
    void shouldAskAServiceForItsHealthWhereItAnswers(Service service) {
        // When
        JsonNode container = container(workload(service.name()));

        // Then
        assertThat(Map.of(
                        "startup", container.path("startupProbe"),
                        "live", container.path("livenessProbe"),
                        "ready", container.path("readinessProbe")))
                .allSatisfy((name, probe) -> {
                    assertThat(probe.at("/httpGet/port").asText()).isEqualTo("management");
                    assertThat(probe.at("/httpGet/path").asText())
                            .isEqualTo(name.equals("ready") ? "/q/health/ready" : "/q/health/live");
                });
    }

    @ParameterizedTest
    @MethodSource("slicer")
    void shouldSetOnlyWhatIsDocumented(Service service) {
        // Given
        Set<String> variables = new HashSet<>(VARIABLES_OF_THE_PROCESS);
        variables.addAll(documentedVariables());

        // Then
        for (String folder : List.of(BASE, GPU)) {
            JsonNode container = container(workload(render(folder), service.name()));
            assertThat(container.path("env"))
                    .allSatisfy(variable ->
                            assertThat(variables).contains(variable.path("name").asText()));
        }
        JsonNode shared = only(render(BASE), "ConfigMap");
        assertThat(variables).containsAll(strings(shared.path("data")).keySet());
        assertThat(container(workload(service.name())).at("/envFrom/0/configMapRef/name"))
                .isEqualTo(shared.at("/metadata/name"));
    }

    @ParameterizedTest
    @MethodSource("slicer")
    void shouldRunWithoutPrivileges(Service service) {
        // When
        JsonNode pod = workload(service.name()).at("/spec/template/spec");
        JsonNode container = container(workload(service.name()));

        // Then
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(10001);
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(container.at("/securityContext/capabilities/drop/0").asText())
                .isEqualTo("ALL");
    }

    @ParameterizedTest
    @ValueSource(strings = {BASE, GPU})
    void shouldMountOnlyVolumesAndClaimsThatThereAre(String folder) {
        // Given
        List<JsonNode> objects = render(folder);
        List<String> claims = all(objects, "PersistentVolumeClaim")
                .map(claim -> claim.at("/metadata/name").asText())
                .toList();

        // Then
        SERVICES.forEach(service -> {
            JsonNode pod = workload(objects, service.name()).at("/spec/template/spec");
            List<String> volumes = values(pod.path("volumes"), "/name");
            assertThat(volumes)
                    .containsExactlyInAnyOrderElementsOf(
                            values(container(workload(objects, service.name())).path("volumeMounts"), "/name"));
            assertThat(claims).containsAll(values(pod.path("volumes"), "/persistentVolumeClaim/claimName"));
        });
    }

    @Test
    void shouldKeepOnePodOfInferenceWhileNodesAreDrained() {
        // Given
        JsonNode budget = object("PodDisruptionBudget", "inference-service");
        JsonNode workload = workload("inference-service");

        // Then
        assertThat(strings(workload.at("/spec/template/metadata/labels")))
                .containsAllEntriesOf(strings(budget.at("/spec/selector/matchLabels")));
        assertThat(workload.at("/spec/replicas").asInt())
                .isGreaterThan(budget.at("/spec/maxUnavailable").asInt());
    }

    @Test
    void shouldGiveEachPodOfInferenceATransactionalIdOfItsOwnThatItKeeps() {
        // When
        JsonNode container = container(workload("inference-service"));

        // Then
        assertThat(container.path("env"))
                .filteredOn(
                        variable -> variable.path("name").asText().equals("SLICER_INFERENCE_STREAM_TRANSACTIONAL_ID"))
                .singleElement()
                .extracting(
                        variable -> variable.at("/valueFrom/fieldRef/fieldPath").asText())
                .isEqualTo("metadata.name");
    }

    @Test
    void shouldGiveTheTrainerAloneAGpuInTheOverlay() {
        // When
        JsonNode trainer = container(workload(render(GPU), "trainer-service"));

        // Then
        assertThat(trainer.at("/resources/limits/nvidia.com~1gpu").asText()).isEqualTo("1");
        assertThat(trainer.path("image").asText()).endsWith("-cuda");
        assertThat(values(trainer.path("env"), "/name")).contains("SLICER_ENGINE_GPU");
        assertThat(workload(render(GPU), "trainer-service")
                        .at("/spec/template/spec/tolerations/0/key")
                        .asText())
                .isEqualTo("nvidia.com/gpu");
        for (String unchanged : List.of("inference-service", "evaluator-service")) {
            assertThat(workload(render(GPU), unchanged)).isEqualTo(workload(render(BASE), unchanged));
        }
    }

    @Test
    void shouldGiveEachServiceCredentialsOfItsOwnWhereBrokersAskForThem(@TempDir(factory = InTarget.class) Path overlay)
            throws IOException {
        // When
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                "resources: [" + overlay.relativize(path(BASE)) + "]\ncomponents: ["
                        + overlay.relativize(path("k8s/components/kafka-credentials")) + "]\n");
        List<JsonNode> objects = render(overlay);

        // Then: the models refuse what Kubernetes does not know
        for (Service service : SERVICES) {
            JsonNode workload = objects.stream()
                    .filter(object -> Set.of("Deployment", "StatefulSet")
                            .contains(object.path("kind").asText()))
                    .filter(object -> object.at("/metadata/name").asText().equals(service.name()))
                    .findFirst()
                    .orElseThrow();
            assertThat(JSON.<Object>deserialize(
                            workload.toString(),
                            MODELS.get(workload.path("kind").asText())))
                    .isNotNull();
            assertThat(workload.at("/spec/template/spec/volumes").toString())
                    .contains("\"secretName\":\"slicer-kafka-" + service.name().replace("-service", "") + "\"");
            assertThat(container(workload).toString())
                    .contains("/etc/slicer/kafka/client.properties", "\"mountPath\":\"/etc/slicer/kafka\"");
        }
    }

    @Test
    void shouldAddAPodMonitorThatFindsTheServices(@TempDir(factory = InTarget.class) Path overlay) throws IOException {
        // Given
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                "resources: [" + overlay.relativize(path(BASE)) + "]\ncomponents: ["
                        + overlay.relativize(path("k8s/components/pod-monitor")) + "]\n");

        // When
        JsonNode monitor = only(render(overlay), "PodMonitor");

        // Then
        SERVICES.forEach(service -> {
            JsonNode workload = workload(service.name());
            assertThat(strings(workload.at("/spec/template/metadata/labels")))
                    .containsAllEntriesOf(strings(monitor.at("/spec/selector/matchLabels")))
                    .containsEntry(monitor.at("/spec/jobLabel").asText(), service.name());
            assertThat(container(workload).at("/ports/1/name"))
                    .isEqualTo(monitor.at("/spec/podMetricsEndpoints/0/port"));
        });
    }

    @Test
    void shouldGiveTheTrainerAKeyAndInferenceThoseItTrusts(@TempDir(factory = InTarget.class) Path overlay)
            throws IOException {
        // Given
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                "resources: [" + overlay.relativize(path(BASE)) + "]\ncomponents: ["
                        + overlay.relativize(path("k8s/components/signed-checkpoints")) + "]\n");

        // When
        List<JsonNode> objects = render(overlay);

        // Then
        JsonNode trainer = workload(objects, "trainer-service");
        JsonNode inference = workload(objects, "inference-service");
        assertThat(variables(trainer))
                .containsEntry("SLICER_CHECKPOINTS_SIGNING_KEY", "/etc/slicer/signing-key/key.pem")
                .containsEntry("SLICER_CHECKPOINTS_TRUSTED_KEYS", "/etc/slicer/trusted-keys");
        assertThat(variables(inference))
                .containsEntry("SLICER_CHECKPOINTS_TRUSTED_KEYS", "/etc/slicer/trusted-keys")
                .doesNotContainKey("SLICER_CHECKPOINTS_SIGNING_KEY");
        assertThat(values(trainer.at("/spec/template/spec/volumes"), "/secret/secretName"))
                .contains("slicer-signing-key");
        assertThat(values(inference.at("/spec/template/spec/volumes"), "/secret/secretName"))
                .doesNotContain("slicer-signing-key");
        for (JsonNode workload : List.of(trainer, inference)) {
            assertThat(JSON.<Object>deserialize(workload.toString(), V1Deployment.class))
                    .isNotNull();
            assertThat(values(workload.at("/spec/template/spec/volumes"), "/configMap/name"))
                    .containsExactly("slicer-trusted-keys");
            assertThat(values(workload.at("/spec/template/spec/volumes"), "/name"))
                    .containsExactlyInAnyOrderElementsOf(
                            values(container(workload).path("volumeMounts"), "/name"));
        }
    }

    private static Map<String, String> variables(JsonNode workload) {
        Map<String, String> variables = new HashMap<>();
        container(workload)
                .path("env")
                .forEach(variable -> variables.put(
                        variable.path("name").asText(), variable.path("value").asText()));
        return variables;
    }

    @ParameterizedTest
    @MethodSource("slicer")
    void shouldHaveAServiceSpeakTlsAloneAndBeAskedForItsHealthOverIt(
            Service service, @TempDir(factory = InTarget.class) Path overlay) throws IOException {
        // Given
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                "resources: [" + overlay.relativize(path(BASE)) + "]\ncomponents: ["
                        + overlay.relativize(path("k8s/components/tls")) + "]\n");

        // When
        JsonNode workload = workload(render(overlay), service.name());

        // Then
        JsonNode container = container(workload);
        assertThat(variables(workload))
                .containsEntry("QUARKUS_HTTP_INSECURE_REQUESTS", "disabled")
                .containsEntry("QUARKUS_TLS_KEY_STORE_PEM_SERVICE_CERT", "/etc/slicer/tls/tls.crt")
                .containsEntry("QUARKUS_TLS_KEY_STORE_PEM_SERVICE_KEY", "/etc/slicer/tls/tls.key");
        assertThat(values(container.path("volumeMounts"), "/mountPath")).contains("/etc/slicer/tls");
        assertThat(values(workload.at("/spec/template/spec/volumes"), "/secret/secretName"))
                .containsExactlyInAnyOrder("slicer-api-keys", "slicer-tls");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(container.path(probe).at("/httpGet/scheme").asText()).isEqualTo("HTTPS");
        }
        assertThat(workload.at("/spec/template/metadata/annotations/prometheus.io~1scheme")
                        .asText())
                .isEqualTo("https");
    }

    /** Kustomize takes relative paths only, so the folder must be on the repository's file system. */
    static final class InTarget implements org.junit.jupiter.api.io.TempDirFactory {
        @Override
        public Path createTempDirectory(
                org.junit.jupiter.api.extension.AnnotatedElementContext element,
                org.junit.jupiter.api.extension.ExtensionContext extension)
                throws IOException {
            return Files.createTempDirectory(Files.createDirectories(path("deploy/target")), "overlay");
        }
    }

    private static List<JsonNode> render(String folder) {
        return render(path(folder));
    }

    private static List<JsonNode> render(Path folder) {
        Tool.Run run = Tool.run(folder, Map.of(), "kubectl", "kustomize", ".");
        assertThat(run.status()).as(run.output()).isZero();
        return yamlDocuments(run.output());
    }

    private static JsonNode object(String kind, String name) {
        return object(render(BASE), kind, name);
    }

    private static JsonNode object(List<JsonNode> objects, String kind, String name) {
        List<JsonNode> found = all(objects, kind)
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .toList();
        assertThat(found).as("%s %s", kind, name).hasSize(1);
        return found.get(0);
    }

    private static JsonNode only(List<JsonNode> objects, String kind) {
        List<JsonNode> found = all(objects, kind).toList();
        assertThat(found).as(kind).hasSize(1);
        return found.get(0);
    }

    private static Stream<JsonNode> all(List<JsonNode> objects, String kind) {
        return objects.stream().filter(object -> object.path("kind").asText().equals(kind));
    }

    private static JsonNode workload(String name) {
        return workload(render(BASE), name);
    }

    private static JsonNode workload(List<JsonNode> objects, String name) {
        return object(objects, name.equals("evaluator-service") ? "StatefulSet" : "Deployment", name);
    }

    private static JsonNode container(JsonNode workload) {
        return workload.at("/spec/template/spec/containers/0");
    }

    private static List<String> values(JsonNode array, String pointer) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(element -> element.at(pointer))
                .filter(value -> !value.isMissingNode())
                .map(JsonNode::asText)
                .toList();
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new HashMap<>();
        new ArrayList<>(object.properties())
                .forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
        assertThat(strings).isNotEmpty();
        return strings;
    }
}
