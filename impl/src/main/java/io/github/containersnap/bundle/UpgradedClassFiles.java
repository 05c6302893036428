package io.github.containersnap.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Gives the classes of a jar that were compiled for Java 5 and earlier the form of Java 8: the same
 * code, with the stack maps that the newer verifier wants (JVM specification, §4.10.1). The class
 * cache takes no class that needs the older verifier, and picocli is compiled for Java 5.
 */
final class UpgradedClassFiles {
  private static final int LAST_OLD = ClassFile.JAVA_5_VERSION;

  private final ClassFile classFile;

  private UpgradedClassFiles(ClassLoader hierarchy) {
    this.classFile =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(hierarchy)));
  }

  /** Copies a jar with its classes raised: {@code UpgradedClassFiles SOURCE TARGET}. */
  public static void main(String[] arguments) throws IOException {
    copy(Path.of(arguments[0]), Path.of(arguments[1]));
  }

  static void copy(Path source, Path target) throws IOException {
    try (JarFile jar = new JarFile(source.toFile());
        URLClassLoader hierarchy = new URLClassLoader(new URL[] {source.toUri().toURL()});
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(target))) {
      UpgradedClassFiles raised = new UpgradedClassFiles(hierarchy);
      for (JarEntry entry : Collections.list(jar.entries())) {
        JarEntry copy = new JarEntry(entry.getName());
        copy.setTimeLocal(entry.getTimeLocal()); // whatever the zone, the same bytes
        out.putNextEntry(copy);
        try (InputStream in = jar.getInputStream(entry)) {
          byte[] content = in.readAllBytes();
          out.write(entry.getName().endsWith(".class") ? raised.raise(content) : content);
        }
        out.closeEntry();
      }
    }
  }

  private byte[] raise(byte[] bytes) {
    ClassModel model = classFile.parse(bytes);
    if (model.majorVersion() > LAST_OLD) {
      return bytes;
    }
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
          } else {
            builder.with(element);
          }
        };
    // Written as code of our own: code that is passed on untouched is copied without stack maps.
    CodeTransform code = (builder, element) -> builder.with(element);
    return classFile.transformClass(
        model, ClassTransform.transformingMethodBodies(code).andThen(version));
  }
}
