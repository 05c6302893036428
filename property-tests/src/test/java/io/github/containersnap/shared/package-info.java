/** How test classes share what is dear to make. Knows JUnit alone. */
@NullMarked
package io.github.containersnap.shared;

import org.jspecify.annotations.NullMarked;
