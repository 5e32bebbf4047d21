package dev.slicer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.slicer", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
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
    static final ArchRule shouldKeepTextsAndLabelsFreeOfEverythingElse = noClasses()
            .that()
            .resideInAnyPackage("dev.slicer.text..", "dev.slicer.labels..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.slicer.corpus..",
                    "dev.slicer.engine..",
                    "dev.slicer.encoder..",
                    "dev.slicer.checkpoint..",
                    "dev.slicer.events..",
                    "dev.slicer.training..",
                    "dev.slicer.tagging..");

    @ArchTest
    static final ArchRule shouldDecideAboutPromotionByEventsAndMetricsAlone = noClasses()
            .that()
            .resideInAPackage("dev.slicer.promotion..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.slicer..")
                    .and(not(resideInAnyPackage(
                            "dev.slicer.promotion..", "dev.slicer.events..", "dev.slicer.metrics.."))));
}
