package dev.slicer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import dev.slicer.architecture.ShippedClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.slicer", importOptions = ShippedClasses.class)
class TextArchitectureTest {
    @ArchTest
    static final ArchRule shouldKnowNoEngineNorBroker = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..", "org.apache.kafka..", "io.quarkus..", "jakarta..", "io.micrometer..");

    @ArchTest
    static final ArchRule shouldReadTextsWithoutCorpora = noClasses()
            .that()
            .resideInAnyPackage("dev.slicer.segmentation..", "dev.slicer.language..", "dev.slicer.roots..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.slicer.corpus..", "dev.slicer.events..");

    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.(*)..").should().beFreeOfCycles();
}
