package io.github.containersnap.gate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/** What an address says, over all modules: where a class is, and whom it may know (DESIGN §10). */
@AnalyzeClasses(
    packages = "io.github.containersnap",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.github.containersnap.";

  /**
   * A module and the packages that are its own.
   *
   * @param name the directory of its sources
   * @param prefix the first part of its packages; of the product, nothing
   */
  private record Module(String name, String prefix) {
    boolean has(JavaClass type) {
      String uri = type.getSource().orElseThrow().getUri().toString();
      return uri.contains("/" + name + "/target/") || uri.contains("/container-snap-" + name + "-");
    }
  }

  /** Each module may use those before it. What has none of the prefixes is the product. */
  private static final List<Module> MODULES =
      List.of(
          new Module("impl", ""),
          new Module("loopback-btrfs", "loopback"),
          new Module("vm-tests", "vm"),
          new Module("property-tests", "harness"),
          new Module("ci", "gate"));

  @ArchTest
  static final ArchRule a_package_says_its_module =
      classes()
          .should(
              satisfy(
                  "lie in the module that its package names",
                  type -> MODULES.get(number(type)).has(type)));

  @ArchTest
  static final ArchRule modules_use_only_those_before_them =
      classes()
          .should(
              satisfy(
                  "use no class of a later module",
                  type ->
                      type.getDirectDependenciesFromSelf().stream()
                          .map(Dependency::getTargetClass)
                          .filter(ArchitectureTest::isOurs)
                          .allMatch(target -> number(target) <= number(type))));

  @ArchTest
  static final ArchRule every_package_is_null_marked =
      classes()
          .should(
              satisfy(
                  "lie in a package whose package-info is @NullMarked",
                  type -> type.getPackage().isAnnotatedWith(NullMarked.class)));

  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices().matching(ROOT + "(**)").should().beFreeOfCycles();

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().startsWith(ROOT);
  }

  /** The position of its module in the list, by its package alone. */
  private static int number(JavaClass type) {
    String address = type.getPackageName().substring(ROOT.length()) + ".";
    for (int module = MODULES.size() - 1; module > 0; module--) {
      if (address.startsWith(MODULES.get(module).prefix() + ".")) {
        return module;
      }
    }
    return 0;
  }

  private static ArchCondition<JavaClass> satisfy(String description, Predicate<JavaClass> wanted) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        events.add(new SimpleConditionEvent(type, wanted.test(type), type.getFullName()));
      }
    };
  }
}
