package dev.slicer.testbroker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.slicer.testbroker", importOptions = DoNotIncludeTests.class)
class TestBrokerArchitectureTest {
    @ArchTest
    static final ArchRule shouldShowTestsABrokerAndNothingElse =
            classes().that().areTopLevelClasses().and().arePublic().should().be(TestBroker.class);

    @ArchTest
    static final ArchRule shouldStartKafkaWithoutKnowingItsClasses =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.kafka..");
}
