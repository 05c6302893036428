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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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

  /**
   * The compiler lets a {@code switch} or a lambda use a type that its text does not name, such as
   * what a method of another package returns. The virtual machine does not, once it comes there.
   */
  @ArchTest
  static final ArchRule no_class_needs_one_that_is_closed_to_it =
      classes()
          .should(
              satisfy(
                  "need only public classes of other packages",
                  type ->
                      neededBy(type)
                          .filter(needed -> needed.startsWith(ROOT))
                          .allMatch(needed -> isOpenTo(type, needed))));

  private static Stream<String> neededBy(JavaClass type) {
    try (InputStream content = type.getSource().orElseThrow().getUri().toURL().openStream()) {
      return StreamSupport.stream(
              ClassFile.of().parse(content.readAllBytes()).constantPool().spliterator(), false)
          .flatMap(
              entry ->
                  switch (entry) {
                    case ClassEntry named -> Stream.of(named.asSymbol());
                    case InvokeDynamicEntry call ->
                        Stream.concat(
                            call.typeSymbol().parameterList().stream(),
                            Stream.of(call.typeSymbol().returnType()));
                    default -> Stream.<ClassDesc>of();
                  })
          .map(ArchitectureTest::element)
          .filter(ClassDesc::isClassOrInterface)
          .map(named -> named.packageName() + "." + named.displayName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ClassDesc element(ClassDesc type) {
    return type.isArray() ? element(type.componentType()) : type;
  }

  private static boolean isOpenTo(JavaClass type, String needed) {
    try {
      Class<?> other = Class.forName(needed, false, ArchitectureTest.class.getClassLoader());
      return other.getPackageName().equals(type.getPackageName())
          || Modifier.isPublic(other.getModifiers())
          || Modifier.isProtected(other.getModifiers());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

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
