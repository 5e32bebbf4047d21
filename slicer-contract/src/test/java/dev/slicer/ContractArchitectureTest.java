package dev.slicer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import dev.slicer.architecture.ShippedClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.slicer", importOptions = ShippedClasses.class)
class ContractArchitectureTest {
    @ArchTest
    static final ArchRule shouldKnowNothingButJsonAndYaml = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "dev.slicer..", "com.fasterxml.jackson..", "org.yaml.snakeyaml..");

    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule shouldKeepTextsFreeOfEverythingElse = classes()
            .that()
            .resideInAPackage("dev.slicer.text..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "dev.slicer.text..");

    @ArchTest
    static final ArchRule shouldKeepLabelsFreeOfEverythingButTexts = classes()
            .that()
            .resideInAPackage("dev.slicer.labels..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "dev.slicer.labels..", "dev.slicer.text..");

    @ArchTest
    static final ArchRule shouldScoreLabelsOnly = classes()
            .that()
            .resideInAPackage("dev.slicer.metrics..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "com.fasterxml.jackson.annotation..", "dev.slicer.metrics..", "dev.slicer.labels..");

    @ArchTest
    static final ArchRule shouldDecideAboutPromotionByEventsAndMetricsAlone = classes()
            .that()
            .resideInAPackage("dev.slicer.promotion..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "dev.slicer.promotion..", "dev.slicer.events..", "dev.slicer.metrics..");
}
