package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What other packages may use says what it is. The compiler's own check asks for every tag too. */
class JavadocTest {
  private static final List<String> MODULES =
      List.of("impl", "loopback-btrfs", "vm-tests", "property-tests", "ci");

  private static List<Path> sources() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(all::add);
      }
    }
    return all;
  }

  private static boolean isInterface(ClassTree type) {
    return type.getKind() == Tree.Kind.INTERFACE || type.getKind() == Tree.Kind.ANNOTATION_TYPE;
  }

  /** Public types and methods, as far as other packages can reach them, without a comment. */
  private static final class Undocumented extends TreePathScanner<Void, Boolean> {
    private final DocTrees trees;
    private final CompilationUnitTree unit;
    private final List<String> found;

    Undocumented(DocTrees trees, CompilationUnitTree unit, List<String> found) {
      this.trees = trees;
      this.unit = unit;
      this.found = found;
    }

    @Override
    public Void visitClass(ClassTree type, Boolean reachable) {
      Tree around = getCurrentPath().getParentPath().getLeaf();
      boolean isPublic =
          type.getModifiers().getFlags().contains(Modifier.PUBLIC)
              || (around instanceof ClassTree outer && isInterface(outer));
      boolean open = reachable && isPublic;
      if (open) {
        require(type, type.getSimpleName().toString());
      }
      return super.visitClass(type, open);
    }

    @Override
    public Void visitMethod(MethodTree method, Boolean reachable) {
      ClassTree type = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      boolean isPublic =
          method.getModifiers().getFlags().contains(Modifier.PUBLIC)
              || (isInterface(type)
                  && !method.getModifiers().getFlags().contains(Modifier.PRIVATE));
      boolean overrides =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(it -> it.getAnnotationType().toString().equals("Override"));
      boolean isOfRecord =
          type.getKind() == Tree.Kind.RECORD && method.getName().contentEquals("<init>");
      if (reachable && isPublic && !overrides && !isOfRecord) {
        require(method, type.getSimpleName() + "." + method.getName());
      }
      return null;
    }

    private void require(Tree declaration, String name) {
      if (trees.getDocComment(getCurrentPath()) == null) {
        long position = trees.getSourcePositions().getStartPosition(unit, declaration);
        found.add(
            "%s:%d: %s"
                .formatted(
                    unit.getSourceFile().getName(),
                    unit.getLineMap().getLineNumber(position),
                    name));
      }
    }
  }

  @Test
  void all_that_is_public_says_what_it_is() throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> found = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources()));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Undocumented(trees, unit, found).scan(unit, true);
      }
    }
    assertThat(found).isEmpty();
  }
}
