/**
 * Ports that pass every call on, for mutants to change one of them, and where mutants find things
 * on the disk.
 */
@NullMarked
package io.github.containersnap.harness.mutant.decorator;

import org.jspecify.annotations.NullMarked;
