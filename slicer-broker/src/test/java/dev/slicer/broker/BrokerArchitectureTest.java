package dev.slicer.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.slicer.broker", importOptions = DoNotIncludeTests.class)
class BrokerArchitectureTest {
    @ArchTest
    static final ArchRule shouldStartKafkaAsAProcessWithoutKnowingItsClasses = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "javax.xml..", "org.w3c.dom..", "org.xml.sax..", "dev.slicer.broker..");
}
