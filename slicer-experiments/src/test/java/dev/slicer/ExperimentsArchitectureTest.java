package dev.slicer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import dev.slicer.architecture.ShippedClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.slicer", importOptions = ShippedClasses.class)
class ExperimentsArchitectureTest {
    @ArchTest
    static final ArchRule shouldBeAPlainLibrary = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quarkus..", "jakarta..", "io.smallrye..", "org.apache.kafka..", "io.micrometer..");

    @ArchTest
    static final ArchRule shouldMeetNoTensor = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.slicer.jobs..", "dev.slicer.experiments..", "dev.slicer.analysis..", "dev.slicer.charts..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..");

    @ArchTest
    static final ArchRule shouldDrawWithoutKnowingWhat = noClasses()
            .that()
            .resideInAPackage("dev.slicer.charts..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.slicer.experiments..", "dev.slicer.jobs..", "dev.slicer.analysis..");

    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.(*)..").should().beFreeOfCycles();
}
