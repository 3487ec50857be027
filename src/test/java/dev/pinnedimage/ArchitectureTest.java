package dev.pinnedimage;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.pinnedimage.image.ImageReference;

/** Imports go one way only. */
@AnalyzeClasses(packages = "dev.pinnedimage", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] EVERYWHERE = {"java..", "javax..", "org.jspecify.."};
  private static final String JACKSON = "com.fasterxml.jackson..";
  private static final String JIB = "com.google.cloud.tools..";
  private static final String AWS = "software.amazon.awssdk..";
  private static final String GOOGLE = "com.google.auth..";
  private static final String GOOGLE_HTTP = "com.google.api..";
  private static final String AMBIENT = "dev.pinnedimage.registry.ambient.";
  private static final String API = "dev.pinnedimage.api..";
  private static final String IMAGE = "dev.pinnedimage.image..";
  private static final String PINNING = "dev.pinnedimage.pinning..";
  private static final String REGISTRY = "dev.pinnedimage.registry..";
  private static final String NOTIFICATION = "dev.pinnedimage.notification..";
  private static final String WORKLOAD = "dev.pinnedimage.workload..";
  private static final String ADMISSION = "dev.pinnedimage.admission..";
  private static final String CONTROLLER = "dev.pinnedimage.controller..";
  private static final String ROOT = "dev.pinnedimage";

  private static ArchRule onlyImports(String area, String... allowed) {
    return classes()
        .that()
        .resideInAPackage(area)
        .should()
        .onlyDependOnClassesThat(
            resideInAPackage(area)
                .or(resideInAnyPackage(EVERYWHERE))
                .or(resideInAnyPackage(allowed)));
  }

  @ArchTest
  static final ArchRule apiIsDataForTheApiServer =
      onlyImports(
              API,
              "com.fasterxml.jackson.annotation..",
              "io.fabric8.crd.generator.annotation..",
              "io.fabric8.generator.annotation..",
              "io.fabric8.kubernetes.api.model..",
              "io.fabric8.kubernetes.model..",
              "io.fabric8.kubernetes.client")
          .because("the CRD is generated from it, and clients could use it without the operator");

  /** Of the client's package the API needs the base class of custom resources and no more. */
  @ArchTest
  static final ArchRule apiTalksToNobody =
      noClasses()
          .that()
          .resideInAPackage(API)
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.fabric8.kubernetes.client..")
                  .and(DescribedPredicate.not(named("CustomResource"))))
          .because("a record that could call the API server is no record");

  @ArchTest
  static final ArchRule imageIsValuesOnly =
      onlyImports(IMAGE, "com.google.cloud.tools.jib.api")
          .because("what an image string means must not depend on who asks, nor do I/O");

  @ArchTest
  static final ArchRule jibIsAReferenceGrammarAndNothingElse =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(ImageReference.class.getName())
          .should()
          .dependOnClassesThat()
          .resideInAPackage(JIB)
          .because("jib's manifest client reads without bound and leaks credentials to realms");

  @ArchTest
  static final ArchRule ofJibOnlyTheGrammarIsUsed =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage(JIB)
                  .and(
                      DescribedPredicate.not(
                          named("ImageReference").or(named("InvalidImageReferenceException")))))
          .because("everything else of it was measured and found wanting: design, section 5");

  /** Of fabric8 it sees what a custom resource has: the base class and its metadata. */
  @ArchTest
  static final ArchRule theCoreIsPure =
      onlyImports(PINNING, API, IMAGE, "io.fabric8.kubernetes.api.model")
          .because("a plan must follow from an observation: no client, no clock, no log");

  @ArchTest
  static final ArchRule theCoreReadsNoClock =
      noClasses()
          .that()
          .resideInAnyPackage(PINNING, IMAGE, API)
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.time.InstantSource")
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.io..", "java.net..", "java.nio.file..", "java.util.concurrent..")
          .because("time is data, and so is all that was read");

  @ArchTest
  static final ArchRule registryKnowsNoKubernetes =
      onlyImports(
              REGISTRY,
              IMAGE,
              JACKSON,
              "org.slf4j..",
              "com.google.common.net",
              AWS,
              GOOGLE,
              GOOGLE_HTTP)
          .because("reading a registry is the same with and without a cluster");

  @ArchTest
  static final ArchRule onlyACloudsOwnClassKnowsItsLibrary =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(AMBIENT + "EcrIdentity")
          .and()
          .doNotHaveFullyQualifiedName(AMBIENT + "AwsCredentials")
          .and()
          .doNotHaveFullyQualifiedName(AMBIENT + "GarIdentity")
          .should()
          .dependOnClassesThat(resideInAnyPackage(AWS, GOOGLE, GOOGLE_HTTP))
          .because("whoever does not use a cloud loads nothing of its library");

  @ArchTest
  static final ArchRule notificationsOnlyHint =
      onlyImports(
              NOTIFICATION,
              IMAGE,
              JACKSON,
              "org.slf4j..",
              "com.sun.net.httpserver",
              "dev.pinnedimage.registry")
          .because("what strangers post can reach no cluster and no registry, but by its consumer");

  @ArchTest
  static final ArchRule ofTheRegistryNotificationsUseItsBoundedJsonAndItsSentences =
      noClasses()
          .that()
          .resideInAPackage(NOTIFICATION)
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.pinnedimage.registry")
                  .and(
                      DescribedPredicate.not(
                          named("Json").or(named("InvalidSettings")).or(named("Refusal")))))
          .because("bounds on other people's JSON and text are kept in one place");

  @ArchTest
  static final ArchRule workloadKnowsNoRegistry =
      onlyImports(WORKLOAD, IMAGE, PINNING, API, "io.fabric8..", JACKSON, "org.slf4j..")
          .because("what is written into a workload was decided in the core");

  @ArchTest
  static final ArchRule admissionKnowsKindsAndNoRegistry =
      onlyImports(ADMISSION, WORKLOAD, PINNING, API, "io.fabric8..", JACKSON, "org.slf4j..")
          .because("what a policy says follows from the table of kinds");

  @ArchTest
  static final ArchRule controllerIsWiredFromOutside =
      noClasses()
          .that()
          .resideInAPackage(CONTROLLER)
          .should()
          .dependOnClassesThat(resideInAnyPackage(ROOT, JIB))
          .because("the root package wires the controller and not the other way round");

  @ArchTest
  static final ArchRule nobodyImportsTheControllerButTheRoot =
      noClasses()
          .that()
          .resideInAnyPackage(API, IMAGE, PINNING, REGISTRY, NOTIFICATION, WORKLOAD, ADMISSION)
          .should()
          .dependOnClassesThat(resideInAnyPackage(ROOT, CONTROLLER))
          .because("imports go one way only");

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices()
          .matching("dev.pinnedimage.(**)")
          .should()
          .beFreeOfCycles()
          .because("what needs each other belongs together");

  @ArchTest
  static final ArchRule namesAreTheFieldsOwn =
      noClasses()
          .should()
          .haveNameMatching(".*\\.(Abstract[^.]*|[^.]*(Utils?|Helper|Manager|Impl))(\\$.*)?")
          .because("a drawer attracts things: name what it does");

  private static DescribedPredicate<JavaClass> named(String simpleName) {
    return DescribedPredicate.describe(
        "named " + simpleName, javaClass -> javaClass.getSimpleName().equals(simpleName));
  }
}
