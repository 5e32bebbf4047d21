package dev.slicer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.slicer.architecture.ShippedClasses;

@AnalyzeClasses(packages = "dev.slicer", importOptions = ShippedClasses.class)
class ModelArchitectureTest {
    @ArchTest
    static final ArchRule shouldBeAPlainLibrary = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quarkus..", "jakarta..", "io.smallrye..", "org.apache.kafka..", "io.micrometer..");

    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule shouldMeetTensorsOnlyWhereTheyAreComputedWith = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.slicer.engine..", "dev.slicer.encoder..", "dev.slicer.training..", "dev.slicer.tagging..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl.ndarray..", "ai.djl.pytorch..");

    @ArchTest
    static final ArchRule shouldReachPyTorchsInternalsOnlyFromTheEngine = noClasses()
            .that()
            .resideOutsideOfPackage("dev.slicer.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.pytorch..");

    @ArchTest
    static final ArchRule shouldKnowNoEventsButTheirIds = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.slicer.checkpoint..",
                    "dev.slicer.decoding..",
                    "dev.slicer.encoder..",
                    "dev.slicer.engine..",
                    "dev.slicer.models..",
                    "dev.slicer.tagging..",
                    "dev.slicer.tokenization..",
                    "dev.slicer.training..",
                    "dev.slicer.vocabulary..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.slicer.events..").and(not(simpleName("CheckpointIds"))));

    @ArchTest
    static final ArchRule shouldDecodeScoresWithoutKnowingWhereTheyComeFrom = noClasses()
            .that()
            .resideInAPackage("dev.slicer.decoding..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.slicer.engine..",
                    "dev.slicer.encoder..",
                    "dev.slicer.checkpoint..",
                    "dev.slicer.training..",
                    "dev.slicer.tagging..");

    @ArchTest
    static final ArchRule shouldHaveNoCyclesAmongCheckpointsParts =
            slices().matching("dev.slicer.checkpoint.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule shouldReadFormatsWithoutKnowingStores = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.slicer.checkpoint.files..",
                    "dev.slicer.checkpoint.safetensors..",
                    "dev.slicer.checkpoint.tokenizer..",
                    "dev.slicer.models.fetching..",
                    "dev.slicer.models.tensorflow..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.slicer.checkpoint", "dev.slicer.models", "dev.slicer.models.hub");
}
