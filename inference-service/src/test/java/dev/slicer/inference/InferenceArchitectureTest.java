package dev.slicer.inference;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.slicer.architecture.ShippedClasses;

@AnalyzeClasses(packages = "dev.slicer.inference", importOptions = ShippedClasses.class)
class InferenceArchitectureTest {
    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.inference.(**)").should().beFreeOfCycles();

    /** Queue below model below tagging; stream and rest above, side by side. */
    @ArchTest
    static final ArchRule shouldKeepLayers = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("service")
            .definedBy("dev.slicer.inference")
            .layer("config")
            .definedBy("dev.slicer.inference.config")
            .layer("batching")
            .definedBy("dev.slicer.inference.batching")
            .layer("model")
            .definedBy("dev.slicer.inference.model")
            .layer("checkpoints")
            .definedBy("dev.slicer.inference.checkpoints")
            .layer("tagging")
            .definedBy("dev.slicer.inference.tagging")
            .layer("live")
            .definedBy("dev.slicer.inference.live")
            .layer("stream")
            .definedBy("dev.slicer.inference.stream")
            .layer("trial")
            .definedBy("dev.slicer.inference.trial")
            .layer("rest")
            .definedBy("dev.slicer.inference.rest..")
            .whereLayer("service")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("config")
            .mayNotAccessAnyLayer()
            .whereLayer("batching")
            .mayNotAccessAnyLayer()
            .whereLayer("model")
            .mayOnlyAccessLayers("batching")
            .whereLayer("checkpoints")
            .mayOnlyAccessLayers("config", "model")
            .whereLayer("tagging")
            .mayOnlyAccessLayers("batching", "model")
            .whereLayer("live")
            .mayOnlyAccessLayers("config", "model", "tagging")
            .whereLayer("stream")
            .mayOnlyAccessLayers("config", "batching", "model", "tagging", "live")
            .whereLayer("trial")
            .mayOnlyAccessLayers("model", "stream")
            .whereLayer("rest")
            .mayOnlyAccessLayers("config", "batching", "model", "tagging", "live");

    /** From text to entities there is one way, whether a document comes from Kafka or over HTTP. */
    @ArchTest
    static final ArchRule shouldTagWithoutKafkaAndHttp = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.slicer.inference.batching..", "dev.slicer.inference.model..", "dev.slicer.inference.tagging..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "dev.slicer.kafka..", "jakarta.ws.rs..", "io.vertx..");

    @ArchTest
    static final ArchRule shouldMeetHttpInRestAndLiveOnly = noClasses()
            .that()
            .resideOutsideOfPackages("dev.slicer.inference.rest..", "dev.slicer.inference.live..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "io.vertx..");

    @ArchTest
    static final ArchRule shouldMeetKafkaInStreamTrialAndCheckpointsOnly = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.slicer.inference.stream..",
                    "dev.slicer.inference.trial..",
                    "dev.slicer.inference.checkpoints..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");
}
